/**
 * Runs in every test page before its own scripts: keeps hold of each RTCPeerConnection, so that a test can ask the
 * browser itself what was sent and decoded, whatever the code under test believes.
 */
export interface InboundVideo {
  /** The participant's SFU id and the track's, as the SFU wrote them into the session description. */
  readonly participant: string;
  readonly track: string;
  readonly packetsReceived: number;
  /** Frames that got past the transform, and those of them that could be shown. */
  readonly framesReceived: number;
  readonly framesDecoded: number;
  readonly width: number;
  readonly height: number;
}

export interface InboundAudio {
  readonly participant: string;
  readonly track: string;
  readonly packetsReceived: number;
  /** Samples that came from a decoded frame, not from hiding that none came. */
  readonly samplesDecoded: number;
}

export interface Outbound {
  readonly kind: 'audio' | 'video';
  /** `q`, `h`, `f`, or empty without simulcast. */
  readonly rid: string;
  readonly codec: string;
  readonly framesEncoded: number;
  readonly packetsSent: number;
  readonly width: number;
  /** Spatial and temporal layers within this one stream, as `L3T3_KEY`; empty without. */
  readonly scalabilityMode: string;
}

export interface RtcProbe {
  inboundVideo(): Promise<InboundVideo[]>;
  inboundAudio(): Promise<InboundAudio[]>;
  outbound(): Promise<Outbound[]>;
}

/** Serialised into the page: may use nothing from outside itself. */
export function installRtcProbe(): void {
  const connections: RTCPeerConnection[] = [];
  const Original = globalThis.RTCPeerConnection;
  if (!Original) return;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(...args: ConstructorParameters<typeof RTCPeerConnection>) {
      super(...args);
      connections.push(this);
    }
  };
  /** LiveKit names the stream `participant sid|stream name` and the track by its sid; browsers keep the first only. */
  const sidsOf = (connection: RTCPeerConnection, mid: string): { participant: string; track: string } => {
    const sections = connection.remoteDescription?.sdp.split(/\r?\nm=/) ?? [];
    const section = sections.find((text) => new RegExp(`^a=mid:${mid}\\r?$`, 'm').test(text)) ?? '';
    const [, stream = '', track = ''] = /^a=msid:(\S+) ?(\S*)/m.exec(section) ?? [];
    return { participant: stream.split('|')[0] ?? '', track: stream.split('|')[1] || track };
  };
  async function* inbound(kind: 'audio' | 'video'): AsyncGenerator<Record<string, unknown>> {
    for (const connection of connections) {
      if (connection.signalingState === 'closed') continue;
      const report = (await connection.getStats()) as unknown as Map<string, Record<string, unknown>>;
      for (const entry of report.values())
        if (entry['type'] === 'inbound-rtp' && entry['kind'] === kind)
          yield { ...entry, ...sidsOf(connection, String(entry['mid'])) };
    }
  }
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
  const probe: RtcProbe = {
    async inboundVideo() {
      const all: InboundVideo[] = [];
      for await (const entry of inbound('video'))
        all.push({
          participant: String(entry['participant']),
          track: String(entry['track']),
          packetsReceived: number(entry['packetsReceived']),
          framesReceived: number(entry['framesReceived']),
          framesDecoded: number(entry['framesDecoded']),
          width: number(entry['frameWidth']),
          height: number(entry['frameHeight']),
        });
      return all;
    },
    async inboundAudio() {
      const all: InboundAudio[] = [];
      for await (const entry of inbound('audio'))
        all.push({
          participant: String(entry['participant']),
          track: String(entry['track']),
          packetsReceived: number(entry['packetsReceived']),
          samplesDecoded: number(entry['totalSamplesReceived']) - number(entry['concealedSamples']),
        });
      return all;
    },
    async outbound() {
      const all: Outbound[] = [];
      for (const connection of connections) {
        if (connection.signalingState === 'closed') continue;
        const report = (await connection.getStats()) as unknown as Map<string, Record<string, unknown>>;
        for (const entry of report.values())
          if (entry['type'] === 'outbound-rtp')
            all.push({
              kind: entry['kind'] as 'audio' | 'video',
              rid: String(entry['rid'] ?? ''),
              codec: String(report.get(String(entry['codecId']))?.['mimeType'] ?? ''),
              framesEncoded: number(entry['framesEncoded']),
              packetsSent: number(entry['packetsSent']),
              width: number(entry['frameWidth']),
              scalabilityMode: String(entry['scalabilityMode'] ?? ''),
            });
      }
      return all;
    },
  };
  Object.assign(globalThis, { rtcProbe: probe });
}
