import { equal, type Bytes } from '../../base/index.js';
import type { AdmissionSubject, AlarmCode } from '../key-provider.js';
import { idOf } from './announce.js';
import type { Operation } from './commit.js';
import type { LeaderFault } from './faults.js';
import type { MaybePromise, Primitives } from './primitives.js';
import { makeEntry, recordOut, type Encryption, type Entry, type OutRecord, type Roster } from './roster.js';
import { BOUNDS } from './timing.js';
import { COUNTED, parseHostRequest, type HostRequest } from './wishes.js';
import { parseEnvelope, TYPES } from './wire.js';

/** What an admission certificate says about its subject, once it was checked. */
export interface CertificateVerdict {
  readonly role: 'host' | 'member';
  /** What the site says was chosen for its meeting. */
  readonly encryption: Encryption;
}

/** How admission certificates are checked; every member checks every newcomer's. */
export interface CertificatePolicy {
  /** Nobody joins without one, and nobody is host but by one. */
  readonly required: boolean;
  /** Undefined when it is not valid now for exactly this meeting, identity and key. Must not throw. */
  verify(certificate: Uint8Array, subject: AdmissionSubject): MaybePromise<CertificateVerdict | undefined>;
}

/** An operation that is not allowed. Never leaves the provider; its code becomes the alarm. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: AlarmCode;
  /** For the joiner, where the reason is no attack but a rule. */
  readonly notice: 'locked' | 'removed' | 'full' | 'knocking' | undefined;

  constructor(code: AlarmCode, message: string, notice?: 'locked' | 'removed' | 'full' | 'knocking') {
    super(message);
    this.code = code;
    this.notice = notice;
  }
}

export interface Rules {
  readonly p: Primitives;
  readonly meeting: string;
  readonly instance: Bytes;
  readonly certificates: CertificatePolicy | undefined;
  readonly faults: ReadonlySet<LeaderFault>;
}

export interface Step {
  readonly author: Bytes;
  readonly fresh: boolean;
  readonly operations: readonly Operation[];
  readonly founding: boolean;
}

export interface Outcome {
  readonly roster: Roster;
  readonly out: readonly Entry[];
  readonly removed: ReadonlySet<string>;
  readonly added: readonly Entry[];
  /** Hash of the Takeover this step carries out. */
  readonly takeover: Bytes | undefined;
  readonly ended: boolean;
}

/** Works out the roster after one Commit, checking every operation as every member must. @throws Refused, Malformed */
export async function applyStep(rules: Rules, before: Roster, step: Step): Promise<Outcome> {
  const draft = new Draft(rules, before, step);
  for (const operation of step.operations) await draft.apply(operation);
  return draft.finish();
}

/** A roster being changed, one operation after another; an operation that throws has changed nothing. */
export class Draft {
  readonly #rules: Rules;
  readonly #step: Step;
  readonly #authorWasListed: boolean;
  #roster: Roster;
  #out: Entry[] = [];
  #added: Entry[] = [];
  #removed = new Set<string>();
  #takeover: Bytes | undefined;
  #ended = false;
  #needsFresh = false;
  #first = true;

  constructor(rules: Rules, before: Roster, step: Step) {
    this.#rules = rules;
    this.#step = step;
    this.#authorWasListed = before.get(idOf(step.author)) !== undefined;
    this.#roster = before;
  }

  /** The roster as the operations so far have made it. */
  get roster(): Roster {
    return this.#roster;
  }

  async apply(op: Operation): Promise<void> {
    switch (op.type) {
      case 'add':
        await this.#add(op.entry, op.certificate, op.admit);
        break;
      case 'leave':
        this.#takeOut(this.#listed(op.binding), false);
        break;
      case 'request':
        await this.#request(await checkHostRequest(this.#rules, this.#roster, op.message));
        break;
      case 'takeover':
        if (!this.#first) throw new Refused('unauthorised-operation', 'a Takeover comes first');
        this.#takeover = op.takeover;
        this.#needsFresh = true;
        break;
    }
    this.#first = false;
  }

  finish(): Outcome {
    const { fresh, author, founding } = this.#step;
    if (this.#needsFresh && !fresh && !this.#rules.faults.has('ratchet-on-leave'))
      throw new Refused('unauthorised-operation', 'somebody left, but the key goes on');
    if (!this.#roster.get(idOf(author)) && !this.#rules.faults.has('own-removal'))
      throw new Refused('unauthorised-operation', 'author is not listed');
    if (!founding && !this.#authorWasListed) throw new Refused('unauthorised-operation', 'author was not listed');
    if (this.#roster.entries.length > BOUNDS.members) throw new Refused('unauthorised-operation', 'too many', 'full');
    return {
      roster: this.#roster,
      out: this.#out,
      removed: this.#removed,
      added: this.#added,
      takeover: this.#takeover,
      ended: this.#ended,
    };
  }

  #listed(binding: Bytes): Entry {
    const entry = this.#roster.get(idOf(binding));
    if (!entry) throw new Refused('unauthorised-operation', 'not listed');
    return entry;
  }

  #change(...change: Parameters<Roster['with']>): void {
    this.#roster = this.#roster.with(...change);
  }

  #takeOut(entry: Entry, removed: boolean): void {
    if (equal(entry.binding, this.#step.author) && !this.#rules.faults.has('own-removal'))
      throw new Refused('unauthorised-operation', 'nobody commits its own removal');
    this.#needsFresh = true;
    this.#out.push(entry);
    if (removed) this.#removed.add(entry.id);
    const entries = this.#roster.entries.filter((e) => e !== entry);
    this.#change({ entries, records: recordOut(this.#roster.records, entry, removed) }, { out: entry });
  }

  async #add(entry: Entry, certificate: Bytes | undefined, admit: Bytes | undefined): Promise<void> {
    const decided = await mayJoin(this.#rules, this.#roster, {
      entry,
      certificate,
      admit,
      founding: this.#step.founding,
    });
    if (entry.host && !decided.host && !this.#rules.faults.has('roles-unchecked'))
      throw new Refused('unauthorised-operation', 'role out of nowhere');
    this.#added.push(entry);
    this.#change({ entries: [...this.#roster.entries, entry], records: decided.records }, { listed: entry });
  }

  async #request(request: HostRequest): Promise<void> {
    const counter = COUNTED.has(request.action) ? this.#roster.counter + 1 : this.#roster.counter;
    switch (request.action) {
      case 'lock':
      case 'unlock':
        return this.#change({ locked: request.action === 'lock', counter });
      case 'waiting-room-on':
      case 'waiting-room-off':
        return this.#change({ waiting: request.action === 'waiting-room-on', counter });
      case 'share-hosts':
      case 'share-all':
        return this.#change({ shareByHosts: request.action === 'share-hosts', counter });
      case 'chat-hosts':
      case 'chat-all':
        return this.#change({ chatByHosts: request.action === 'chat-hosts', counter });
      case 'make-host':
      case 'make-member': {
        const entry = this.#listed(request.target);
        const changed = makeEntry(this.#rules.meeting, { ...entry, host: request.action === 'make-host' });
        const entries = this.#roster.entries.map((e) => (e === entry ? changed : e));
        if (!entries.some((e) => e.host)) throw new Refused('unauthorised-operation', 'the last host stays host');
        return this.#change({ entries, counter }, { listed: changed });
      }
      case 'remove':
        return this.#takeOut(this.#listed(request.target), true);
      case 'hand-over':
        this.#listed(request.target);
        return this.#change({ counter });
      case 'end':
        this.#ended = true;
        return;
      case 'admit':
      case 'deny':
        throw new Refused('unauthorised-operation', 'no step of its own');
    }
  }
}

/** The request, if a host of `roster` signed it for this chain and it is not stale. @throws Refused, Malformed */
export async function checkHostRequest(rules: Rules, roster: Roster, message: Bytes): Promise<HostRequest> {
  const envelope = parseEnvelope(message);
  if (envelope.type !== TYPES.hostRequest) throw new Refused('unauthorised-operation', 'no host request');
  const request = parseHostRequest(envelope.body);
  const author = roster.get(idOf(request.author));
  const unchecked = rules.faults.has('host-request-unchecked');
  if (!unchecked && (!author?.host || !equal(request.instance, rules.instance)))
    throw new Refused('unauthorised-operation', 'not a host of this meeting');
  if (COUNTED.has(request.action) && request.counter !== roster.counter && !rules.faults.has('stale-request-accepted'))
    throw new Refused('unauthorised-operation', 'stale request');
  if (!unchecked && !(await rules.p.verify((author as Entry).ik, 'leader host request', envelope.body, envelope.proof)))
    throw new Refused('unauthorised-operation', 'not signed by its author');
  return request;
}

export interface Candidate {
  readonly entry: Entry;
  readonly certificate: Bytes | undefined;
  readonly admit: Bytes | undefined;
  readonly founding: boolean;
}

/** Whether somebody may be added: lock, waiting room, bars, certificates (rules 1, 2, 8). @throws Refused, Malformed */
export async function mayJoin(
  rules: Rules,
  roster: Roster,
  { entry, certificate, admit, founding }: Candidate,
): Promise<{ readonly host: boolean; readonly records: readonly OutRecord[] }> {
  if (roster.get(entry.id) || roster.named(entry.identity)) throw new Refused('roster-mismatch', 'listed already');
  const { meeting, certificates, faults } = rules;
  let verdict: CertificateVerdict | undefined;
  if (certificates && certificate) {
    verdict = await certificates.verify(certificate, { meeting, identity: entry.identity, ik: entry.ik });
    if (!verdict) throw new Refused('certificate', 'certificate is not valid');
    // The site says otherwise now than the meeting's first Commit did: what was chosen is not its to change.
    if (verdict.encryption !== roster.encryption && !faults.has('choice-unchecked'))
      throw new Refused('certificate', 'another choice of encryption');
  }
  if (certificates?.required && !verdict) throw new Refused('certificate', 'certificate missing');

  const admitted = admit !== undefined && (await checkAdmit(rules, roster, entry, admit));
  const own = roster.records.find((r) => r.identity === entry.identity && equal(r.ik, entry.ik));
  const returning = own !== undefined && own.status !== 'removed';
  const barred = roster.records.filter(
    (r) => r.status === 'removed' && (r.identity === entry.identity || equal(r.ik, entry.ik)),
  );
  const other = roster.records.some((r) => r.identity === entry.identity && !equal(r.ik, entry.ik));
  if (barred.length > 0 && !admitted && !faults.has('bar-ignored'))
    throw new Refused('unauthorised-operation', 'removed by a host', 'removed');
  if (roster.locked && !returning && !faults.has('lock-ignored'))
    throw new Refused('unauthorised-operation', 'locked', 'locked');
  const certifiedHost = verdict?.role === 'host';
  if (roster.waiting && !admitted && !returning && !certifiedHost && !faults.has('waiting-ignored'))
    throw new Refused('unauthorised-operation', 'not admitted', 'knocking');
  if (other && !returning && !admitted && !verdict)
    throw new Refused('unauthorised-operation', 'the identity had another key', 'knocking');

  const founder = founding && !certificates?.required;
  const host = certifiedHost || founder || (returning && own.status === 'host');
  return { host, records: roster.records.filter((r) => r !== own && !barred.includes(r)) };
}

async function checkAdmit(rules: Rules, roster: Roster, entry: Entry, admit: Bytes): Promise<boolean> {
  const request = await checkHostRequest(rules, roster, admit);
  if (request.action !== 'admit' || (!equal(request.target, entry.binding) && !rules.faults.has('admit-by-identity')))
    throw new Refused('unauthorised-operation', 'admitted somebody else');
  return true;
}
