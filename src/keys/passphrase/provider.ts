/** `passphrase`: everyone who has the link, or knows the phrase, is a member. */
import type { Bytes } from '../../base/index.js';
import type { KeyProvider, KeyProviderCapabilities, KeyProviderContext, Sender, SfuPresence } from '../key-provider.js';
import { Exchange } from './exchange.js';
import { GroupKey } from './group-key.js';
import { groupSecret } from './secret.js';
import { checkSecret, type PassphraseSecret } from './secret-text.js';

/** Any holder can pose as anyone, and open what it recorded. `passphrase` is simple, and says so. */
const CAPABILITIES: KeyProviderCapabilities = {
  forwardSecrecy: false,
  cutsOffLeavers: false,
  cutsOffJoiners: false,
  membershipAgreement: false,
  authentication: 'member',
  verification: false,
  locks: false,
  waitingRoom: false,
  postQuantum: false,
  largestMeeting: 100,
};

export class PassphraseProvider implements KeyProvider {
  readonly name = 'passphrase';
  readonly capabilities = CAPABILITIES;
  #secret: PassphraseSecret | undefined;
  #group: GroupKey | undefined;
  #exchange: Exchange | undefined;
  #stopped = false;

  /** @throws SecureMeetingError see `checkSecret` */
  constructor(secret: PassphraseSecret | undefined) {
    checkSecret(secret);
    this.#secret = secret;
  }

  async start(context: KeyProviderContext): Promise<void> {
    context.emit('state', { state: 'waiting', epoch: 0 });
    const secret = await groupSecret(this.#secret, context.meeting);
    this.#secret = undefined;
    const group = new GroupKey(secret, context.meeting);
    if (this.#stopped) return group.drop();
    this.#group = group;
    const groups = { own: () => group, of: () => [group] };
    const onWrongKey = (identity: string): void => context.emit('wrongKey', { identity });
    this.#exchange = new Exchange(context, groups, { onWrongKey });
    await this.#exchange.join();
  }

  handleMessage(from: string, message: Uint8Array): void {
    this.#exchange?.handleMessage(from, message);
  }

  handlePresence(change: SfuPresence): void {
    this.#exchange?.handlePresence(change);
  }

  handleConnection(change: 'lost' | 'returned' | 'rejoined' | 'slept'): void {
    this.#exchange?.handleConnection(change);
  }

  handleMissingKey(identity: string, epoch: number): void {
    this.#exchange?.handleMissingKey(identity, epoch);
  }

  handleWorkerLost(): void {
    void this.#exchange?.join();
  }

  handleKeyExhausted(epoch: number): void {
    if (epoch === this.#exchange?.epoch) this.#exchange.renew();
  }

  async agree(member: Sender): Promise<Bytes | undefined> {
    return this.#exchange?.agree(member);
  }

  async stop(reason: 'left' | 'removed' | 'ended' | 'failed' | 'page-closing'): Promise<void> {
    this.#stopped = true;
    this.#secret = undefined;
    await this.#exchange?.stop(reason);
    this.#group?.drop();
  }
}
