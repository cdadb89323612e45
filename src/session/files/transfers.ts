import { SecureMeetingError, toHex, type Clock } from '../../base/index.js';
import type { FileTransfer } from '../types.js';
import { parts, type FileEnd, type FileTalk } from './file-talk.js';
import { Incoming } from './incoming.js';
import { FILE_ID_BYTES, FILE_MAX, FILE_NAME_MAX, FILE_TYPE_MAX, LISTED, OFFERED, PART, RUNNING } from './limits.js';
import { bytesOf, Outgoing, Turns } from './outgoing.js';

export interface TransfersHost {
  readonly clock: Clock;
  /** Rejects while there is no connection or no key. */
  send(talk: FileTalk, to: string | null): Promise<void>;
  changed(): void;
}

interface Entry {
  shown: FileTransfer;
  readonly key: string;
  readonly offer: FileTalk & { readonly type: 'file-offer' };
  readonly outgoing?: Outgoing;
  incoming?: Incoming;
  content?: Blob;
}

const OPEN: readonly FileTransfer['state'][] = ['offered', 'moving'];

/** Files offered in this meeting. Nothing flows before its receiver asked; nothing is kept after the meeting. */
export class Transfers {
  readonly #host: TransfersHost;
  readonly #turns = new Turns();
  #entries: readonly Entry[] = [];
  #count = 0;

  constructor(host: TransfersHost) {
    this.#host = host;
  }

  get list(): readonly FileTransfer[] {
    return this.#entries.map(({ shown }) => shown);
  }

  content(id: string): Blob | undefined {
    return this.#entries.find(({ shown }) => shown.id === id)?.content;
  }

  /**
   * Offers a file.
   * @throws SecureMeetingError `room-file-too-large`, `room-file-busy`, `room-file-failed`, and what sending throws.
   */
  async offer(
    file: File,
    self: { readonly identity: string; readonly name: string },
    options: { readonly to?: string; readonly signal?: AbortSignal; readonly onProgress?: (sent: number) => void },
  ): Promise<void> {
    if (file.size > FILE_MAX) throw new SecureMeetingError('room-file-too-large');
    if (this.#entries.filter(({ shown }) => shown.local && OPEN.includes(shown.state)).length >= OFFERED)
      throw new SecureMeetingError('room-file-busy');
    const bytes = await bytesOf(file);
    const hash = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    options.signal?.throwIfAborted();
    const id = toHex(crypto.getRandomValues(new Uint8Array(FILE_ID_BYTES)));
    const to = options.to ?? null;
    const offer = {
      type: 'file-offer',
      id,
      name: shortened(file.name) || 'file',
      mediaType: file.type.slice(0, FILE_TYPE_MAX),
      size: file.size,
      hash,
    } as const;
    await this.#host.send(offer, to);
    const outgoing = new Outgoing(id, file, to, this.#turns, {
      clock: this.#host.clock,
      send: (talk, identity) => this.#host.send(talk, identity),
      progress: (sent) => {
        options.onProgress?.(sent);
        this.#progress(entry, sent);
      },
    });
    const entry = this.#add({ from: self.identity, name: self.name, to, local: true }, offer, { outgoing });
    options.signal?.addEventListener('abort', () => void this.cancel(entry.shown.id).catch(() => undefined), {
      once: true,
    });
  }

  /** @throws SecureMeetingError `room-file-busy` while three are on their way, `room-file-failed` when it is over. */
  accept(id: string): void {
    const entry = this.#entries.find(({ shown }) => shown.id === id);
    const { state, local } = entry?.shown ?? {};
    if (!entry || local || (state !== 'offered' && state !== 'failed'))
      throw new SecureMeetingError('room-file-failed');
    const running = this.#entries.filter(({ shown }) => !shown.local && shown.state === 'moving').length;
    if (running >= RUNNING) throw new SecureMeetingError('room-file-busy');
    const { from } = entry.shown;
    const send = (talk: FileTalk): Promise<void> => this.#host.send(talk, from);
    entry.incoming = new Incoming(entry.offer, {
      clock: this.#host.clock,
      send,
      progress: (received) => this.#progress(entry, received),
      done: (bytes) => {
        // The type is the sender's word: whoever opens it must not believe it.
        if (bytes) entry.content = new Blob([bytes], { type: 'application/octet-stream' });
        this.#set(entry, { state: bytes ? 'done' : 'failed', moved: bytes ? bytes.length : 0 });
        if (bytes) void send({ type: 'file-end', id: entry.offer.id, how: 'received' }).catch(() => undefined);
      },
    });
    this.#set(entry, { state: 'moving', moved: 0 });
    entry.incoming.start();
  }

  /** Takes an offer back, declines one, or stops what is on its way. */
  async cancel(id: string): Promise<void> {
    const entry = this.#entries.find(({ shown }) => shown.id === id);
    if (!entry || !OPEN.includes(entry.shown.state)) return;
    const { local, from, state } = entry.shown;
    const how: FileEnd = !local && state === 'offered' ? 'declined' : 'cancelled';
    this.#end(entry, how);
    await this.#host.send({ type: 'file-end', id: entry.offer.id, how }, local ? entry.shown.to : from);
  }

  heard(from: { readonly identity: string; readonly name: string }, talk: FileTalk, to: string | null): void {
    const { identity } = from;
    const theirs = this.#entries.find(({ key }) => key === `${identity} ${talk.id}`);
    const ours = this.#entries.find(({ outgoing }) => outgoing?.id === talk.id);
    switch (talk.type) {
      case 'file-offer': {
        const open = this.#entries.filter(({ shown }) => shown.from === identity && OPEN.includes(shown.state));
        if (!theirs && open.length < OFFERED)
          this.#add({ from: identity, name: from.name, to, local: false }, talk, {});
        break;
      }
      case 'file-ask':
        if (!ours?.outgoing || ours.shown.state === 'cancelled' || talk.next > parts(ours.offer.size)) break;
        ours.outgoing.ask(identity, talk.next);
        if (ours.shown.state === 'offered' && ours.shown.to !== null) this.#set(ours, { state: 'moving' });
        break;
      case 'file-part':
        if (theirs?.shown.state === 'moving') theirs.incoming?.part(talk.index, talk.data);
        break;
      case 'file-end':
        if (theirs && talk.how === 'cancelled' && OPEN.includes(theirs.shown.state)) this.#end(theirs, 'cancelled');
        if (ours) this.#answered(ours, identity, talk.how);
        break;
    }
  }

  /** Somebody left for good: nothing more comes from them, and nothing goes to them. */
  gone(identity: string): void {
    for (const entry of this.#entries) {
      entry.outgoing?.forget(identity);
      const { shown } = entry;
      const other = shown.local ? shown.to : shown.from;
      if (other === identity && OPEN.includes(shown.state)) this.#end(entry, 'failed');
    }
  }

  clear(): void {
    for (const { incoming, outgoing } of this.#entries) {
      incoming?.stop();
      outgoing?.end();
    }
    this.#entries = [];
  }

  #answered(entry: Entry, identity: string, how: FileEnd): void {
    entry.outgoing?.forget(identity);
    if (entry.shown.to !== identity || !OPEN.includes(entry.shown.state)) return;
    if (how === 'received') this.#set(entry, { state: 'done', moved: entry.shown.size });
    else this.#end(entry, how);
  }

  #end(entry: Entry, state: Exclude<FileEnd, 'received'> | 'failed'): void {
    entry.incoming?.stop();
    entry.outgoing?.end();
    this.#set(entry, { state });
  }

  #add(
    who: Pick<FileTransfer, 'from' | 'name' | 'to' | 'local'>,
    offer: Entry['offer'],
    more: Pick<Entry, 'outgoing'>,
  ): Entry {
    const shown: FileTransfer = {
      ...who,
      id: `f${++this.#count}`,
      fileName: offer.name,
      mediaType: offer.mediaType,
      size: offer.size,
      at: this.#host.clock.wall(),
      state: 'offered',
      moved: 0,
    };
    const entry: Entry = { shown, key: `${who.from} ${offer.id}`, offer, ...more };
    const rest = this.#entries.slice();
    if (rest.length >= LISTED) {
      const over = rest.findIndex(({ shown: { state } }) => !OPEN.includes(state));
      rest.splice(Math.max(0, over), 1).forEach(({ incoming }) => incoming?.stop());
    }
    this.#entries = [...rest, entry];
    this.#host.changed();
    return entry;
  }

  /** In steps of a fiftieth: a bar that moves needs no more, and each step is a snapshot. */
  #progress(entry: Entry, moved: number): void {
    const step = Math.max(PART, entry.shown.size / 50);
    if (moved - entry.shown.moved >= step || moved === entry.shown.size) this.#set(entry, { moved });
  }

  #set(entry: Entry, change: Partial<FileTransfer>): void {
    entry.shown = { ...entry.shown, ...change };
    this.#host.changed();
  }
}

/** The name cut in the middle, so that its ending stays. */
function shortened(name: string): string {
  if (name.length <= FILE_NAME_MAX) return name;
  const keep = FILE_NAME_MAX / 2 - 1;
  return `${name.slice(0, keep)}…${name.slice(-keep)}`;
}
