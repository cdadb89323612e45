import { concat, equal, equalSecret, wipe, type Bytes } from '../../base/index.js';
import { announceHash, encodeAnnounce, idOf, linkMacOf, parseAnnounce, type Announce } from './announce.js';
import { forgetWelcome, type Attempt } from './attempt.js';
import { encodeLeaving, type Heartbeat } from './beats.js';
import { Chain } from './chain.js';
import { parseCommit, type ParsedCommit } from './commit.js';
import { Leading } from './leading.js';
import type { Machine, Me } from './machine.js';
import type { Outcome } from './operations.js';
import { Pairwise } from './pairwise.js';
import type { KeyPair } from './primitives.js';
import { makeEntry, parseRoster, type Entry, type Roster } from './roster.js';
import { confirmOf, epochSecret } from './schedule.js';
import { BOUNDS, TIMING } from './timing.js';
import { parseWelcome, type Welcome } from './welcome.js';
import type { NoticeKind } from './wishes.js';
import { parseEnvelope, TYPES, type Envelope } from './wire.js';

/** An instance whose heartbeats we hear while we are not in it. */
interface Heard {
  readonly beat: Heartbeat;
  readonly from: string;
  at: number;
}

/** A chain we would rather be in than in ours. */
interface Target {
  readonly instance: Bytes;
  readonly leader: Bytes;
}

/** Joining: Announce until a Welcome answers it; found the meeting when nobody leads (rule 1). */
export class Joining {
  readonly #m: Machine;
  #attempt: Attempt | undefined;
  #heard = new Map<string, Heard>();
  #heardAt = -Infinity;
  readonly #seekers = new Set<string>();
  #renewedAt = -Infinity;

  constructor(machine: Machine) {
    this.#m = machine;
  }

  get knocking(): boolean {
    return this.#attempt?.notice?.kind === 'knocking';
  }
  get active(): boolean {
    return this.#attempt !== undefined;
  }
  get began(): number | undefined {
    return this.#attempt?.began;
  }

  /** Starts announcing. `into`: the chain we prefer to the one we are in, which lives until the new one answers. */
  async begin(into?: Target): Promise<void> {
    this.stop();
    this.#seekers.clear();
    this.#attempt = await this.#prepare(into);
    if (!into && this.#m.ctx.presence().length === 0) await this.#found();
    else this.#announce();
  }

  stop(): void {
    if (this.#attempt) {
      wipe(this.#attempt.kem.secretKey);
      forgetWelcome(this.#attempt);
    }
    this.#attempt = undefined;
  }

  /** Asks for the votes of this Announce's form: same join, new KEM key, named Takeover. */
  async vote(me: Me, instance: Bytes, support: Bytes): Promise<{ readonly envelope: Envelope; readonly kem: KeyPair }> {
    const kem = await this.#m.p.kemKeys(this.#m.ctx.random(32));
    return { envelope: await this.#sign(me.entry, kem, { instance, support }), kem };
  }

  async #prepare(into: Target | undefined): Promise<Attempt> {
    const m = this.#m;
    const { ctx, p } = m;
    const kem = await p.kemKeys(ctx.random(32));
    const messageKeys = await p.messageKeys(ctx.random(32));
    const reused = m.faults.has('old-binding-kept') ? this.#lastNonce : undefined;
    const nonce = (this.#lastNonce = reused ?? ctx.random(16));
    const entry = makeEntry(ctx.meeting, {
      identity: ctx.self.identity,
      name: ctx.self.name,
      ik: ctx.self.ik.publicKey,
      nonce,
      messageKey: messageKeys.publicKey,
      host: false,
    });
    const leaving = (await m.sign(TYPES.leaving, encodeLeaving({ binding: entry.binding }))).bytes;
    const envelope = await this.#sign(entry, kem, { ...into });
    return {
      me: { entry, messageKeys, leaving },
      announce: parseAnnounce(envelope.body),
      envelope,
      kem,
      hash: announceHash(p, envelope),
      began: m.now(),
      sent: -Infinity,
      instead: into !== undefined,
      welcome: undefined,
      commits: new Map(),
      rosters: [],
      wrongLink: false,
      notice: undefined,
    };
  }
  #lastNonce: Bytes | undefined;

  async #sign(
    entry: Entry,
    kem: KeyPair,
    to: { readonly instance?: Bytes; readonly leader?: Bytes; readonly support?: Bytes },
  ): Promise<Envelope> {
    const { ctx, options, p } = this.#m;
    const { identity, name, ik, nonce, messageKey } = entry;
    const certificate = ((await options.certificate?.()) ?? undefined) as Bytes | undefined;
    const plain: Announce = {
      ...{ meeting: ctx.meeting, identity, name, ik, kem: kem.publicKey, messageKey, nonce, certificate },
      ...to,
    };
    const linkMac = options.linkSecret ? linkMacOf(p, options.linkSecret, plain) : undefined;
    return this.#m.sign(TYPES.announce, encodeAnnounce({ ...plain, linkMac }));
  }

  #announce(): void {
    const attempt = this.#attempt as Attempt;
    attempt.sent = this.#m.now();
    this.#m.send(null, attempt.envelope.bytes);
  }

  /** Our connection came back: that nobody was heard before says nothing about who leads. */
  restartClock(): void {
    this.#heardAt = this.#m.now();
  }

  /** Our connection was made anew: nobody there heard us yet. */
  repeat(): void {
    if (this.#attempt) this.#attempt.sent = -Infinity;
  }

  /** Announces anew when told that this binding can't come in any more: at most every 3 s. */
  async renew(): Promise<void> {
    const now = this.#m.now();
    if (!this.#attempt || now - this.#renewedAt < 3_000) return;
    this.#renewedAt = now;
    const { instead, announce } = this.#attempt;
    const { instance, leader } = announce;
    await this.begin(instead && instance && leader ? { instance, leader } : undefined);
  }

  async tick(): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt) return;
    const now = this.#m.now();
    if (attempt.notice && now - attempt.notice.at > 3_000) {
      const { kind } = attempt.notice;
      if (kind === 'removed' || kind === 'locked' || kind === 'denied')
        return attempt.instead ? this.#refusedInstead() : this.#m.end(kind);
    }
    if (attempt.instead && now - attempt.began > TIMING.winnerSilent)
      return attempt.notice ? this.#refusedInstead() : this.stop();
    const spread = ((attempt.me.entry.binding[0] as number) / 256) * TIMING.foundSpread;
    const quiet = now - Math.max(attempt.began, this.#heardAt);
    const patience = (this.#membersPresent ? TIMING.foundAmong : TIMING.found) + spread;
    if (!attempt.instead && this.#m.connected && quiet >= patience) return this.#found();
    if (now - attempt.sent >= TIMING.announce) this.#announce();
  }

  /** The other meeting does not let us in: there are two now, and people decide. */
  #refusedInstead(): void {
    this.stop();
    this.#m.alarm('two-meetings');
  }

  /** `from` announces itself, so it is in no meeting either. A rumour, like all that is not checked: it shortens a wait. */
  seeks(from: string): void {
    if (!this.#attempt) return;
    if (this.#seekers.size >= BOUNDS.members) this.#seekers.clear();
    this.#seekers.add(from);
  }

  /** Somebody is here who does not seek: in a meeting, then, even if we have not heard of it yet. */
  get #membersPresent(): boolean {
    return (
      this.#m.ctx.presence().some((identity) => !this.#seekers.has(identity)) && !this.#m.faults.has('presence-ignored')
    );
  }

  /** A heartbeat of a chain we are not in. Only one that goes on counts: a recording keeps nobody waiting. */
  async hear(beat: Heartbeat, envelope: Envelope, from: string): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt) return;
    const key = idOf(beat.ik) + idOf(beat.instance);
    const known = this.#heard.get(key);
    if (known && beat.counter <= known.beat.counter) return;
    if (!(await this.#m.p.verify(beat.ik, 'leader heartbeat', envelope.body, envelope.proof))) return;
    if (this.#heard.size > 64) this.#heard.clear();
    this.#heard.set(key, { beat, from, at: this.#m.now() });
    if (known) this.#heardAt = this.#m.now();
    else if (this.#heardAt === -Infinity) this.#heardAt = this.#m.now();
  }

  /** Somebody answers our Announce with a reason why not. */
  async onNotice(notice: { readonly kind: NoticeKind; readonly answers: Bytes }): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt || !equal(notice.answers, attempt.hash)) return;
    if (notice.kind === 'announce-anew') return this.renew();
    if (notice.kind === 'link-secret') {
      this.#m.ctx.emit('wrongKey', { identity: this.#m.ctx.self.identity });
      return;
    }
    if (attempt.notice?.kind === notice.kind) return;
    attempt.notice = { kind: notice.kind, at: this.#m.now() };
    this.#m.emitState();
  }

  /** A Welcome: kept when it answers exactly our latest Announce and its leader signed it. */
  async onWelcome(envelope: Envelope): Promise<void> {
    const m = this.#m;
    const attempt = this.#attempt;
    if (!attempt || attempt.welcome) return;
    const welcome = parseWelcome(envelope.body);
    if (!equal(welcome.answers, attempt.hash) && !m.faults.has('welcome-for-anyone')) return;
    if (welcome.ciphertext.length === 0) return;
    const outer = parseEnvelope(welcome.leader);
    if (outer.type !== TYPES.announce) return;
    const leader = parseAnnounce(outer.body);
    if (leader.meeting !== m.ctx.meeting) return;
    const [announced, signed] = await Promise.all([
      m.p.verify(leader.ik, 'leader announce', outer.body, outer.proof),
      m.p.verify(leader.ik, 'leader welcome', envelope.body, envelope.proof),
    ]);

    if (!announced) return;
    if (!signed && !m.faults.has('welcome-unsigned')) return m.alarm('forged');
    const { certificates, linkSecret } = m.options;
    if (linkSecret && !(leader.linkMac && equalSecret(leader.linkMac, linkMacOf(m.p, linkSecret, leader)))) {
      if (!attempt.wrongLink) m.ctx.emit('wrongKey', { identity: leader.identity });
      attempt.wrongLink = true;
      return;
    }
    if (certificates?.required) {
      const subject = { meeting: leader.meeting, identity: leader.identity, ik: leader.ik };
      const verdict = leader.certificate && (await certificates.verify(leader.certificate, subject));
      if (!verdict || (verdict.encryption !== 'required' && !m.faults.has('choice-unchecked')))
        return m.alarm('certificate', leader.identity);
    }
    if (this.#attempt !== attempt || attempt.welcome) return;
    const shared = (async () => m.p.decapsulate(attempt.kem.secretKey, welcome.ciphertext))();
    shared.catch(() => undefined); // who awaits it is told
    const leaderEntry = { ik: leader.ik, binding: m.binding(leader) };
    attempt.welcome = { parsed: welcome, leader, leaderEntry, shared };
    await this.#tryAccept();
  }

  async onCommit(envelope: Envelope): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt) return;
    const commit = parseCommit(this.#m.p, envelope.body);
    if (attempt.commits.size >= BOUNDS.joinerCommits)
      attempt.commits.delete(attempt.commits.keys().next().value as string);
    attempt.commits.set(idOf(commit.head), { commit, envelope });
    await this.#tryAccept();
  }

  async onRoster(roster: Bytes): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt || attempt.rosters.some((known) => equal(known, roster))) return;
    if (attempt.rosters.length >= 4) attempt.rosters.shift();
    attempt.rosters.push(roster);
    await this.#tryAccept();
  }

  /** Takes the Welcome when everything it names is here and fits; else leaves all as it was. */
  async #tryAccept(): Promise<void> {
    const m = this.#m;
    const { p, faults } = m;
    const attempt = this.#attempt;
    if (!attempt?.welcome) return;
    const { parsed, leader, leaderEntry, shared } = attempt.welcome;
    const step = attempt.commits.get(idOf(parsed.head));
    if (!step) return;
    const { commit, envelope } = step;
    const bytes = attempt.rosters.find(
      (roster) => faults.has('roster-unchecked') || equal(p.hash('leader roster', roster), commit.rosterHash),
    );
    if (!bytes) return;
    const refuse = (): void => {
      m.alarm('roster-mismatch', leader.identity);
      forgetWelcome(attempt);
      attempt.commits.delete(idOf(parsed.head));
      attempt.rosters.length = 0;
    };
    if (commit.meeting !== m.ctx.meeting || !equal(commit.author, leaderEntry.binding)) return refuse();
    if (
      !(await p.verify(leaderEntry.ik, 'leader commit', envelope.body, envelope.proof)) &&
      !faults.has('unsigned-commit')
    )
      return refuse();
    const roster = parseRoster(m.ctx.meeting, bytes);
    // A meeting that is said to be in clear is not the one this page asked for, whoever signed that.
    if (roster.encryption !== 'required' && !faults.has('choice-unchecked')) return refuse();
    if (!listsUs(roster, attempt.me.entry) || !roster.get(idOf(leaderEntry.binding))) return refuse();

    const pairwise = Pairwise.begin(p, await shared, m.options.linkSecret, {
      leader: leaderEntry.binding,
      member: attempt.me.entry.binding,
      ciphertext: parsed.ciphertext,
      kemKey: attempt.kem.publicKey,
    });
    const mk = pairwise.open(concat(parsed.head, attempt.me.entry.binding), parsed.step, parsed.sealed);
    if (!mk) return (pairwise.drop(), refuse());
    const es = epochSecret(p, mk, parsed.head, faults);
    wipe(mk);
    if (!equal(confirmOf(p, es), commit.confirm) && !faults.has('confirm-unchecked'))
      return (wipe(es), pairwise.drop(), refuse());
    if (this.#attempt !== attempt) return (wipe(es), pairwise.drop());
    await this.#enter(attempt, { roster, commit, envelope, es, pairwise, welcome: parsed });
  }

  async #enter(
    attempt: Attempt,
    got: {
      readonly roster: Roster;
      readonly commit: ParsedCommit;
      readonly envelope: Envelope;
      readonly es: Bytes;
      readonly pairwise: Pairwise;
      readonly welcome: Welcome;
    },
  ): Promise<void> {
    const m = this.#m;
    const { roster, commit, envelope, es, pairwise, welcome } = got;
    const instance = commit.instance.length ? commit.instance : commit.head;
    const chain = new Chain(m.ctx.meeting, instance, m.now());
    const mine = roster.get(attempt.me.entry.id) as Entry;
    const outcome: Outcome = {
      ...{ roster, out: [], removed: new Set(), added: [mine], takeover: undefined, ended: false },
    };
    const again = m.chain !== undefined || this.#enteredBefore;
    this.#enteredBefore = true;
    const link = chain.append(commit, envelope.bytes, outcome);
    for (let fits = true; fits;)
      fits = [...attempt.commits.values()].some((step) => chain.prepend(step.commit, step.envelope.bytes));
    this.stop();
    m.adopt({ ...attempt.me, entry: mine }, chain, pairwise);
    m.keying.install(commit.epoch, roster, es, true);
    m.stepped(link);
    m.code.changed(again ? 'rejoined' : 'first', false);
    await m.following.welcomed(welcome.heartbeat);
    for (const step of attempt.commits.values()) if (step.commit !== commit) await m.following.onCommit(step.envelope);
  }
  #enteredBefore = false;

  /** Nobody leads: our own first Commit begins the meeting. */
  async #found(): Promise<void> {
    const m = this.#m;
    const attempt = this.#attempt as Attempt;
    const again = this.#enteredBefore;
    this.#enteredBefore = true;
    if (!(await Leading.found(m, attempt.me, attempt.envelope))) {
      this.#enteredBefore = again;
      this.#heardAt = m.now(); // asked again when it has been quiet as long again
      return this.#announce();
    }
    this.stop();
    m.code.changed(again ? 'rejoined' : 'first', false);
  }
}

/** Our own row is exactly as we announced it; only the role is the leader's to say. */
function listsUs(roster: Roster, mine: Entry): boolean {
  const row = roster.get(mine.id);
  return row !== undefined && row.name === mine.name && equal(row.messageKey, mine.messageKey);
}
