/** `passphrase`: everyone who has the link, or knows the phrase, is a member. */
import type { KeyProviderCapabilities, KeyProviderContext } from '../key-provider.js';
import { Exchange } from './exchange.js';
import { ExchangeProvider } from './exchange-provider.js';
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

export class PassphraseProvider extends ExchangeProvider {
  override readonly name = 'passphrase';
  override readonly capabilities = CAPABILITIES;
  #secret: PassphraseSecret | undefined;
  #group: GroupKey | undefined;
  #stopped = false;

  /** @throws SecureMeetingError see `checkSecret` */
  constructor(secret: PassphraseSecret | undefined) {
    super();
    checkSecret(secret);
    this.#secret = secret;
  }

  override async start(context: KeyProviderContext): Promise<void> {
    context.emit('state', { state: 'waiting', epoch: 0 });
    const secret = await groupSecret(this.#secret, context.meeting);
    this.#secret = undefined;
    const group = new GroupKey(secret, context.meeting);
    if (this.#stopped) return group.drop();
    this.#group = group;
    const groups = { own: () => group, of: () => [group] };
    const onWrongKey = (identity: string): void => context.emit('wrongKey', { identity });
    this.exchange = new Exchange(context, groups, { onWrongKey });
    await this.exchange.join();
  }

  override async stop(reason: 'left' | 'removed' | 'ended' | 'failed' | 'page-closing'): Promise<void> {
    this.#stopped = true;
    this.#secret = undefined;
    await this.exchange?.stop(reason);
    this.#group?.drop();
  }
}
