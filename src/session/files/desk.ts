import { SecureMeetingError } from '../../base/index.js';
import type { FileTransfer } from '../types.js';
import type { FileTalk } from './file-talk.js';
import type { Transfers, TransfersHost } from './transfers.js';

/** Where files are handed in and out. What moves them is loaded with the first file that anybody offers. */
export class FileDesk {
  readonly #host: TransfersHost;
  #transfers: Transfers | undefined;
  #loading: Promise<Transfers> | undefined;

  constructor(host: TransfersHost) {
    this.#host = host;
  }

  get list(): readonly FileTransfer[] | undefined {
    return this.#transfers?.list;
  }

  content(id: string): Blob | undefined {
    return this.#transfers?.content(id);
  }

  /** @throws SecureMeetingError `load-failed`, and what `Transfers.offer` throws. */
  async offer(...file: Parameters<Transfers['offer']>): Promise<void> {
    await (await this.#load()).offer(...file);
  }

  /** @throws SecureMeetingError `load-failed`, and what `Transfers.accept` throws. */
  async accept(id: string): Promise<void> {
    (await this.#load()).accept(id);
  }

  async cancel(id: string): Promise<void> {
    await this.#transfers?.cancel(id);
  }

  /** @throws SecureMeetingError `load-failed` */
  async heard(from: Parameters<Transfers['heard']>[0], talk: FileTalk, to: string | null): Promise<void> {
    (await this.#load()).heard(from, talk, to);
  }

  /** Somebody left, and what was on the way from or to them fails. */
  gone(identity: string): void {
    this.#transfers?.gone(identity);
  }

  clear(): void {
    this.#transfers?.clear();
  }

  async #load(): Promise<Transfers> {
    this.#loading ??= import('./transfers.js').then(({ Transfers }) => (this.#transfers = new Transfers(this.#host)));
    try {
      return await this.#loading;
    } catch (cause) {
      this.#loading = undefined;
      throw new SecureMeetingError('load-failed', { cause });
    }
  }
}
