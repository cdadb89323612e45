import { equal, type Bytes } from '../../base/index.js';
import { bindingOf, IDENTITY_MAX, NAME_MAX } from '../../crypto/binding.js';
import { bool, bytes, encode, list, record, text, uint } from '../../crypto/cbor.js';
import { idOf } from './announce.js';
import type { Primitives } from './primitives.js';
import { BOUNDS } from './timing.js';
import { Malformed, parse, plainText, word } from './wire.js';

/** One member in the roster. Its binding follows from it, so a leader can't list a binding that is not its Announce's. */
export interface Entry {
  readonly identity: string;
  readonly name: string;
  readonly ik: Bytes;
  readonly nonce: Bytes;
  readonly messageKey: Bytes;
  readonly host: boolean;
  readonly binding: Bytes;
  /** The binding as a map key. */
  readonly id: string;
  readonly encoded: Bytes;
}

export type EntryFields = Pick<Entry, 'identity' | 'name' | 'ik' | 'nonce' | 'messageKey' | 'host'>;

const entryKind = /* @__PURE__ */ record<EntryFields>({
  identity: [1, text(1, IDENTITY_MAX)],
  name: [2, text(0, NAME_MAX)],
  ik: [3, bytes(32)],
  nonce: [4, bytes(16)],
  messageKey: [5, bytes(32)],
  host: [6, bool()],
});

export function makeEntry(meeting: string, fields: EntryFields): Entry {
  const { identity, name, ik, nonce, messageKey, host } = fields;
  const binding = bindingOf({ meeting, identity, ik, nonce });
  const encoded = encode(entryKind, { identity, name, ik, nonce, messageKey, host });
  return { identity, name, ik, nonce, messageKey, host, binding, id: idOf(binding), encoded };
}

/** @throws Malformed */
export function parseEntry(meeting: string, encoded: Bytes): Entry {
  const fields = parse(entryKind, encoded);
  plainText(fields.identity + fields.name);
  return makeEntry(meeting, fields);
}

/** What is remembered of who is out: may it come back through a lock, and in which role? */
export const RECORD_STATUS = ['member', 'host', 'removed'] as const;
export type RecordStatus = (typeof RECORD_STATUS)[number];
export interface OutRecord {
  readonly identity: string;
  readonly ik: Bytes;
  readonly status: RecordStatus;
}

/** What was chosen before a meeting began, by the same numbers as in certificates. */
export const ENCRYPTION = ['off', 'required'] as const;
export type Encryption = (typeof ENCRYPTION)[number];

interface WireRoster {
  readonly entries: readonly Bytes[];
  readonly locked: boolean;
  readonly waiting: boolean;
  readonly counter: number;
  readonly records: readonly OutRecord[];
  readonly encryption: Encryption;
  readonly shareByHosts: boolean;
  readonly chatByHosts: boolean;
}
const recordKind = /* @__PURE__ */ record<OutRecord>({
  identity: [1, text(1, IDENTITY_MAX)],
  ik: [2, bytes(32)],
  status: [3, word(RECORD_STATUS)],
});
const rosterKind = /* @__PURE__ */ record<WireRoster>({
  entries: [1, list(bytes(1, 2048), BOUNDS.members)],
  locked: [2, bool()],
  waiting: [3, bool()],
  counter: [4, uint(2 ** 32 - 1)],
  records: [5, list(recordKind, BOUNDS.records)],
  encryption: [6, word(ENCRYPTION)],
  shareByHosts: [7, bool()],
  chatByHosts: [8, bool()],
});

type RosterFields = Omit<WireRoster, 'entries'> & Pick<Roster, 'entries'>;

/** Entries by binding and by identity; each is listed once. */
interface Index {
  readonly ids: Map<string, Entry>;
  readonly names: Map<string, Entry>;
}

/** The signed list of members and what was agreed with it. Immutable; a Commit makes the next one. */
export class Roster {
  /** In order of joining. */
  readonly entries: readonly Entry[];
  readonly locked: boolean;
  readonly waiting: boolean;
  /** Counts changes of settings and roles: a host's request names it, so none can be replayed. */
  readonly counter: number;
  readonly records: readonly OutRecord[];
  /** Stated by the first Commit, changed by none: no operation does, and every member works out the roster itself. */
  readonly encryption: Encryption;
  /** Only hosts share a screen, and write in the chat. Who gets it from others shows nothing of it. */
  readonly shareByHosts: boolean;
  readonly chatByHosts: boolean;
  #index: Index | undefined;
  #hash: Bytes | undefined;

  constructor(from: RosterFields) {
    this.entries = from.entries;
    this.locked = from.locked;
    this.waiting = from.waiting;
    this.counter = from.counter;
    this.records = from.records;
    this.encryption = from.encryption;
    this.shareByHosts = from.shareByHosts;
    this.chatByHosts = from.chatByHosts;
  }

  /** As a meeting begins. */
  static founding(entries: readonly Entry[], encryption: Encryption = 'required'): Roster {
    const open = { locked: false, waiting: false, shareByHosts: false, chatByHosts: false };
    return new Roster({ ...open, entries, counter: 0, records: [], encryption });
  }

  static readonly empty = Roster.founding([]);

  /**
   * The roster after a change, in which `out` is not listed any more and `listed` is. It takes over the index of this one,
   * which makes itself another if it is asked again: of many changes in a row, only the last roster is.
   */
  with(change: Partial<RosterFields>, { out, listed }: { readonly out?: Entry; readonly listed?: Entry } = {}): Roster {
    const next = new Roster({ ...this.fields, ...change });
    const index = this.#index;
    this.#index = undefined;
    if (out) {
      index?.ids.delete(out.id);
      index?.names.delete(out.identity);
    }
    if (listed) {
      index?.ids.set(listed.id, listed);
      index?.names.set(listed.identity, listed);
    }
    next.#index = index;
    return next;
  }

  /** What a roster is made of. */
  get fields(): RosterFields {
    const { entries, locked, waiting, counter, records, encryption, shareByHosts, chatByHosts } = this;
    return { entries, locked, waiting, counter, records, encryption, shareByHosts, chatByHosts };
  }

  get(id: string | undefined): Entry | undefined {
    return id === undefined ? undefined : this.#find().ids.get(id);
  }

  named(identity: string): Entry | undefined {
    return this.#find().names.get(identity);
  }

  #find(): Index {
    return (this.#index ??= {
      ids: new Map(this.entries.map((entry) => [entry.id, entry])),
      names: new Map(this.entries.map((entry) => [entry.identity, entry])),
    });
  }

  /** Who leads next: hosts first, then in order of joining. */
  get ranked(): readonly Entry[] {
    return [...this.entries.filter((e) => e.host), ...this.entries.filter((e) => !e.host)];
  }

  /** Made anew each time: a chain keeps dozens of rosters, and each is asked once or twice. */
  encode(): Bytes {
    return encode(rosterKind, { ...this.fields, entries: this.entries.map((entry) => entry.encoded) });
  }

  hash(p: Primitives): Bytes {
    this.#hash ??= p.hash('leader roster', this.encode());
    return this.#hash;
  }
}

/** @throws Malformed, also when a binding or an identity is listed twice. */
export function parseRoster(meeting: string, encoded: Bytes): Roster {
  const wire = parse(rosterKind, encoded);
  const entries = wire.entries.map((entry) => parseEntry(meeting, entry));
  if (new Set(entries.map((e) => e.identity)).size !== entries.length) throw new Malformed('identity twice');
  return new Roster({ ...wire, entries });
}

/** The records after `entry` is out. The oldest of those who merely left make room; nobody removed is forgotten. */
export function recordOut(records: readonly OutRecord[], entry: Entry, removed: boolean): readonly OutRecord[] {
  const kept = records.filter((r) => !(r.identity === entry.identity && equal(r.ik, entry.ik)));
  const status: RecordStatus = removed ? 'removed' : entry.host ? 'host' : 'member';
  kept.push({ identity: entry.identity, ik: entry.ik, status });
  if (kept.length > BOUNDS.records) {
    const oldest = kept.findIndex((r) => r.status !== 'removed');
    kept.splice(Math.max(oldest, 0), 1);
  }
  return kept;
}
