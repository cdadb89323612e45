import { equal, equalSecret, type Bytes } from '../../base/index.js';
import { announceHash, idOf, linkMacOf, parseAnnounce, type Announce } from './announce.js';
import type { Chain } from './chain.js';
import type { Operation } from './commit.js';
import type { Machine, Me } from './machine.js';
import { mayJoin, Refused, type Draft } from './operations.js';
import { makeEntry, Roster, type Entry } from './roster.js';
import { BOUNDS, TIMING } from './timing.js';
import { encodeNotice, type NoticeKind } from './wishes.js';
import { Malformed, TYPES, type Envelope } from './wire.js';

/** Somebody who announced itself and waits for the next Commit, or for a host. */
export interface Pending {
  readonly announce: Announce;
  readonly envelope: Envelope;
  readonly entry: Entry;
  admit: Bytes | undefined;
  knocking: boolean;
  since: number;
}

/** What a joiner was answered, to be said again when its Announce comes again. */
interface Answer {
  readonly welcome: Bytes;
  readonly bundle: Bytes;
}

/** Who wants to come in, as the leader sees it: checked, kept waiting, told why not, handed to the next Commit (rule 1). */
export class Admitting {
  readonly #m: Machine;
  readonly #pending = new Map<string, Pending>();
  /** By hash of the Announce. */
  readonly #answers = new Map<string, Answer>();
  /** Bindings that were ever listed: none of them comes in again. */
  readonly #seen = new Set<string>();
  readonly #churn = new Map<string, number[]>();
  /** Commits that may still carry joins now; refilled with time, so that a burst shares a few. */
  #budget: number = TIMING.addBurst;
  #budgetAt: number;

  constructor(machine: Machine) {
    this.#m = machine;
    this.#budgetAt = machine.now();
  }

  get #chain(): Chain {
    return this.#m.chain as Chain;
  }

  /** Somebody waits who needs no host's word. */
  get someWait(): boolean {
    for (const pending of this.#pending.values()) if (!pending.knocking) return true;
    return false;
  }

  listed(entries: readonly Entry[]): void {
    for (const entry of entries) this.#seen.add(entry.id);
  }

  answered(announce: Envelope, answer: Answer): void {
    this.#answers.set(idOf(announceHash(this.#m.p, announce)), answer);
    if (this.#answers.size > BOUNDS.pending) this.#answers.delete(this.#answers.keys().next().value as string);
  }

  /** Whether joins may have a Commit now. */
  mayShare(now: number): boolean {
    this.#budget = Math.min(TIMING.addBurst, this.#budget + (now - this.#budgetAt) / TIMING.coalesce);
    this.#budgetAt = now;
    return this.#budget >= 1;
  }

  /** Who waited too long, or went away. */
  forget(now: number): void {
    const m = this.#m;
    for (const [identity, { since }] of this.#pending) {
      const gone = !m.isPresent(identity) && now - (m.goneSince(identity) ?? now) > TIMING.sfuGone;
      if (gone || now - since > 300_000) this.#pending.delete(identity);
    }
  }

  /** `from` is who the SFU says it is, and has to be who it says itself. True when somebody new waits. */
  async onAnnounce(envelope: Envelope, from: string): Promise<boolean> {
    const m = this.#m;
    const announce = parseAnnounce(envelope.body);
    if (announce.support || announce.meeting !== m.ctx.meeting || announce.identity !== from) return false;
    if (announce.instance && !equal(announce.instance, this.#chain.instance)) return false;
    if (announce.leader && !equal(announce.leader, (m.me as Me).entry.ik)) return false;
    const hash = announceHash(m.p, envelope);
    const answered = this.#answers.get(idOf(hash));
    const entry = makeEntry(m.ctx.meeting, { ...announce, host: false });
    if (answered && this.#chain.roster.get(entry.id)) {
      m.send(from, answered.welcome);
      m.send(from, answered.bundle);
      return false;
    }
    if (m.hosting.isDenied(entry.id)) return this.#refuse(from, hash, 'denied');
    const waiting = this.#pending.get(announce.identity);
    if (waiting && equal(waiting.envelope.body, envelope.body)) {
      if (waiting.knocking) await this.#notice(from, hash, 'knocking');
      return false;
    }
    const now = m.now();
    if (waiting && now - waiting.since < 500) return false;
    if (!(await m.p.verify(announce.ik, 'leader announce', envelope.body, envelope.proof))) {
      m.alarm('forged', from);
      return false;
    }
    const { linkSecret } = m.options;
    if (linkSecret && !(announce.linkMac && equalSecret(announce.linkMac, linkMacOf(m.p, linkSecret, announce)))) {
      m.ctx.emit('wrongKey', { identity: from });
      return this.#refuse(from, hash, 'link-secret');
    }
    if (this.#seen.has(entry.id) || this.#chain.roster.get(entry.id) || m.finals.has(entry.id))
      return this.#refuse(from, hash, 'announce-anew');
    if (this.#pending.size >= BOUNDS.pending && !waiting) return false;
    const admit = m.hosting.admitOf(entry.id);
    const pending: Pending = { announce, envelope, entry, admit, knocking: false, since: now };
    this.#pending.set(announce.identity, pending);
    await this.#consider(pending);
    return true;
  }

  /** Whether a pending one may come in with the next Commit, has to wait for a host, or is told why not. */
  async #consider(pending: Pending): Promise<void> {
    const m = this.#m;
    const { announce, entry } = pending;
    const listed = this.#chain.roster.named(announce.identity);
    const other = listed && !equal(listed.ik, announce.ik);
    try {
      const { certificate } = announce;
      const candidate = { entry, certificate, admit: pending.admit, founding: false };
      await mayJoin(m.rules(), this.#without(listed), candidate);
      if (other && !pending.admit && !certificate)
        throw new Refused('unauthorised-operation', 'another key', 'knocking');
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Malformed)) throw error;
      const kind = error instanceof Refused ? error.notice : undefined;
      if (kind === 'knocking') pending.knocking = true;
      else this.#pending.delete(announce.identity);
      if (error instanceof Refused && error.code === 'certificate') m.alarm('certificate', announce.identity);
      if (kind) await this.#notice(announce.identity, announceHash(m.p, pending.envelope), kind);
      return;
    }
    pending.knocking = false;
  }

  #without(entry: Entry | undefined): Roster {
    const { roster } = this.#chain;
    if (!entry) return roster;
    const entries = roster.entries.filter((e) => e !== entry);
    // Who is listed is as good as who left: its own key may come back.
    const status = entry.host ? ('host' as const) : ('member' as const);
    const records = [...roster.records, { identity: entry.identity, ik: entry.ik, status }];
    return new Roster({ ...roster.fields, entries, records });
  }

  async #refuse(to: string, answers: Bytes, kind: NoticeKind): Promise<false> {
    await this.#notice(to, answers, kind);
    return false;
  }

  async #notice(to: string, answers: Bytes, kind: NoticeKind): Promise<void> {
    const m = this.#m;
    const body = encodeNotice({ instance: this.#chain.instance, answers, kind, ik: (m.me as Me).entry.ik });
    m.send(to, (await m.sign(TYPES.notice, body)).bytes);
  }

  /** A host let this binding in, or turned it away. */
  async decide(target: Bytes, admit: Bytes | undefined): Promise<void> {
    for (const pending of this.#pending.values()) {
      if (!equal(pending.entry.binding, target)) continue;
      if (admit) {
        pending.admit = admit;
        await this.#consider(pending);
      } else {
        this.#pending.delete(pending.announce.identity);
        await this.#notice(pending.announce.identity, announceHash(this.#m.p, pending.envelope), 'denied');
      }
      return;
    }
  }

  /** The waiting room changed: everybody pending is looked at again. */
  async reconsider(): Promise<void> {
    for (const pending of [...this.#pending.values()]) await this.#consider(pending);
  }

  /** Those who wait and may come in; a returning identity replaces its old binding. */
  async addTo(draft: Draft, add: (op: Operation) => Promise<boolean>): Promise<readonly Pending[]> {
    const joiners: Pending[] = [];
    const now = this.#m.now();
    for (const [identity, pending] of this.#pending) {
      if (pending.knocking) continue;
      const times = (this.#churn.get(identity) ?? []).filter((at) => now - at < 30_000);
      if (times.length >= 4) continue;
      const listed = this.#chain.roster.named(identity);
      if (listed) {
        if (listed.id === this.#m.me?.entry.id) continue;
        await add({ type: 'leave', binding: listed.binding, reason: 'replaced' });
      }
      const { certificate } = pending.announce;
      const { host } = await mayJoin(this.#m.rules(), draft.roster, {
        ...{ entry: pending.entry, certificate, admit: pending.admit, founding: false },
      }).catch(() => ({ host: false }));
      const entry = makeEntry(this.#chain.meeting, { ...pending.entry, host });
      if (await add({ type: 'add', entry, certificate, admit: pending.admit })) {
        joiners.push(pending);
        this.#churn.set(identity, [...times, now]);
      }
      this.#pending.delete(identity);
    }
    if (this.#churn.size > 4_096) this.#churn.clear();
    if (joiners.length > 0) this.#budget--;
    return joiners;
  }
}
