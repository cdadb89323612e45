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
 * whoever asked for another codec. Only these objects are changed, never the browser's prototypes.
 */
export function guardCodecs(peer: RTCPeerConnection): void {
  const known: Partial<Record<string, RTCRtpCodec[]>> = {};
  /** Those that have our preferences still: each call waits for the thread that negotiates. */
  const preferred = new WeakSet<RTCRtpTransceiver>();
  const prefer = (): void => {
    for (const transceiver of peer.getTransceivers()) {
      if (transceiver.direction === 'stopped' || transceiver.currentDirection === 'stopped') continue;
      if (preferred.has(transceiver)) continue;
      const { kind } = transceiver.receiver.track;
      const set = RTCRtpTransceiver.prototype.setCodecPreferences.bind(transceiver);
      set((known[kind] ??= negotiable(RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [])));
      preferred.add(transceiver);
      transceiver.setCodecPreferences = (codecs) => {
        preferred.delete(transceiver);
        set(codecs);
      };
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
