/**
 * The codecs whose frames we can protect. Whatever else a browser or server offers (AV1, H.265, RED) is left out of every
 * offer and answer of an encrypted meeting, so that it can't be negotiated in either direction.
 */
const PROTECTED = ['opus', 'vp8', 'vp9', 'h264'];
/** Repair and signalling that ride beside a codec and carry no media of their own. */
const HELPERS = ['rtx', 'ulpfec', 'flexfec-03', 'telephone-event'];

/** `codec`: LiveKit's word (`vp8`) or a MIME type (`video/VP8`). */
export function isProtected(codec: string): boolean {
  return PROTECTED.includes(name(codec));
}

const name = (codec: string): string => (codec.split('/').at(-1) ?? '').toLowerCase();

interface CodecDescription {
  readonly mimeType: string;
}

/** Those of `codecs` that may be negotiated, in the same order. */
export function negotiable<C extends CodecDescription>(codecs: readonly C[]): C[] {
  return codecs.filter(({ mimeType }) => isProtected(mimeType) || HELPERS.includes(name(mimeType)));
}

/**
 * Makes `peer` set its transceivers' codec preferences before each offer and answer: the last word before negotiation,
 * whoever asked for another codec. Only this object is changed, never the browser's prototypes.
 */
export function guardCodecs(peer: RTCPeerConnection): void {
  const prefer = (): void => {
    for (const transceiver of peer.getTransceivers()) {
      if (transceiver.direction === 'stopped' || transceiver.currentDirection === 'stopped') continue;
      const known = RTCRtpReceiver.getCapabilities(transceiver.receiver.track.kind)?.codecs ?? [];
      transceiver.setCodecPreferences(negotiable(known));
    }
  };
  const own = peer as unknown as Record<'createOffer' | 'createAnswer', (...args: unknown[]) => unknown>;
  for (const method of ['createOffer', 'createAnswer'] as const) {
    const original = own[method].bind(peer);
    own[method] = (...args) => {
      prefer();
      return original(...args);
    };
  }
}
