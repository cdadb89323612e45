import { SecureMeetingError, owned, type Clock } from '../base/index.js';
import type { KeyMaterial, KeySink, MeetingIdentityKey, RosterMember, Sender } from '../keys/index.js';
import type { Channel, Heard, Talk } from './channel.js';
import type { MediaPort } from './ports.js';
import type { ViolationCode } from './types.js';

export class SealedChannel implements Channel {
  readonly sink: KeySink;
  constructor(options: {
    media: () => MediaPort;
    meeting: string;
    ik: MeetingIdentityKey;
    clock: Clock;
    send: (topic: string, to: string | null, payload: Uint8Array) => Promise<void>;
  }) {
    const { media } = options;
    const key = async (material: KeyMaterial): Promise<CryptoKey> =>
      material instanceof Uint8Array
        ? crypto.subtle.importKey('raw', owned(material), 'HKDF', false, ['deriveBits'])
        : material;
    this.sink = {
      install: async (epoch, sender, keys) => media().install(epoch, sender, await key(keys.media)),
      activate: (epoch) => media().activate(epoch),
      retire: (epoch, sender) => media().retire(epoch, sender),
      retireSender: (sender) => media().retireSender(sender),
      pause: () => media().pause(),
      rejoin: (self) => media().setSelf(self),
    };
  }
  onHeard = (_listener: (heard: Heard) => void): void => undefined;
  onViolation = (_listener: (violation: { code: ViolationCode; identity: string; count: number }) => void): void =>
    undefined;
  self(_self: Sender): void {}
  roster(_members: readonly RosterMember[]): void {}
  handle(): void {}
  async send(_talk: Talk): Promise<void> {
    throw new SecureMeetingError('key-missing');
  }
  dispose(): void {}
}
