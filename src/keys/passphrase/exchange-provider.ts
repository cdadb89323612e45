/** What `passphrase` and `external` have in common: everything but where the group key comes from. */
import type { Bytes } from '../../base/index.js';
import type { KeyProvider, KeyProviderCapabilities, KeyProviderContext, Sender, SfuPresence } from '../key-provider.js';
import type { Exchange } from './exchange.js';

export abstract class ExchangeProvider implements KeyProvider {
  abstract readonly name: string;
  abstract readonly capabilities: KeyProviderCapabilities;
  /** Undefined before `start`. */
  protected exchange: Exchange | undefined;

  abstract start(context: KeyProviderContext): Promise<void>;
  abstract stop(reason: Parameters<KeyProvider['stop']>[0]): Promise<void>;

  handleMessage(from: string, message: Uint8Array): void {
    this.exchange?.handleMessage(from, message);
  }

  handlePresence(change: SfuPresence): void {
    this.exchange?.handlePresence(change);
  }

  handleConnection(change: 'lost' | 'returned' | 'rejoined' | 'slept'): void {
    this.exchange?.handleConnection(change);
  }

  handleMissingKey(identity: string, epoch: number): void {
    this.exchange?.handleMissingKey(identity, epoch);
  }

  handleWorkerLost(): void {
    void this.exchange?.join();
  }

  handleKeyExhausted(epoch: number): void {
    if (epoch === this.exchange?.epoch) this.exchange.renew();
  }

  async agree(member: Sender): Promise<Bytes | undefined> {
    return this.exchange?.agree(member);
  }
}
