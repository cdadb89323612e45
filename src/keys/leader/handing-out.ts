import { concat, equal, wipe, type Bytes } from '../../base/index.js';
import { announceHash, encodeAnnounce, linkMacOf, parseAnnounce, type Announce } from './announce.js';
import type { Chain, Link } from './chain.js';
import type { Living } from './living.js';
import type { Machine, Me } from './machine.js';
import { Pairwise } from './pairwise.js';
import type { Entry, Roster } from './roster.js';
import { COPIES_PER_SHARD, encodeBundle, encodeCopies, encodeWelcome, type Copy } from './welcome.js';
import { encodeEnvelope, parseEnvelope, TYPES, type Envelope } from './wire.js';

/** Copies sealed before the page gets its turn: one to two milliseconds of work. */
const COPIES_PER_TURN = 64;
/** Who gets a Welcome: somebody added, or somebody who voted for us. */
interface Newcomer {
  readonly announce: Announce;
  readonly envelope: Envelope;
  readonly entry: Entry;
}

/** A fresh secret for a newcomer; undefined for a malformed key: its owner gets nothing, and leaves for lack of an Ack. */
export type Exchange = Promise<{ readonly ciphertext: Bytes; readonly secret: Bytes } | undefined>;

/** How MK reaches the members: copies to all, Welcomes to newcomers and voters, answers to Requests. */
export class HandingOut {
  readonly #m: Machine;
  readonly #living: Living;
  /** Ours, as joiners are shown it; see {@link HandingOut.#shown}. */
  #announce: Bytes;
  #mk: Bytes | undefined;
  #lastBeat: Envelope | undefined;
  #stopped = false;

  constructor(machine: Machine, living: Living, announce: Bytes) {
    this.#m = machine;
    this.#living = living;
    this.#announce = announce;
  }

  get #chain(): Chain {
    return this.#m.chain as Chain;
  }

  /** MK of the newest step; the one before is erased. */
  take(mk: Bytes): void {
    if (this.#mk) wipe(this.#mk);
    this.#mk = mk;
  }

  /** The heartbeat that Welcomes carry from now on. */
  beaten(heartbeat: Envelope): void {
    this.#lastBeat = heartbeat;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#mk) wipe(this.#mk);
    this.#mk = undefined;
  }

  /** MK for everybody who shares a pairwise chain with us, in shards below one data packet. */
  async copies(link: Link, except: ReadonlySet<string>): Promise<void> {
    const m = this.#m;
    const { head } = link.commit;
    let copies: Copy[] = [];
    let done = 0;
    const flush = (): void => {
      if (copies.length > 0)
        m.send(null, encodeEnvelope(TYPES.copies, encodeCopies({ head, copies }), new Uint8Array(0)).bytes);
      copies = [];
    };
    for (const entry of this.#chain.roster.entries) {
      const pairwise = this.#living.pairwise(entry.id);
      if (!pairwise || except.has(entry.id)) continue;
      const { step, sealed } = pairwise.seal(concat(head, entry.binding), this.#mk as Bytes);
      copies.push({ recipient: entry.binding.slice(0, 16), step, sealed });
      if (copies.length === COPIES_PER_SHARD) flush();
      if (++done % COPIES_PER_TURN > 0) continue;
      await m.p.turn();
      if (this.#stopped) return;
    }
    flush();
  }

  async exchange({ announce }: Newcomer): Exchange {
    try {
      return await this.#m.p.encapsulate(announce.kem, this.#m.ctx.random(64));
    } catch {
      return undefined;
    }
  }

  /** Those that nobody will be told of. */
  drop(exchanges: readonly Exchange[]): void {
    for (const exchange of exchanges) void exchange.then((exchanged) => exchanged && wipe(exchanged.secret));
  }

  /**
   * Answers those who wait, or voted; what each was told, to be said again when its Announce comes again.
   * @param exchanges those of the first of `to` that have begun already
   */
  async welcome(
    link: Link,
    to: readonly Newcomer[],
    voters: boolean,
    exchanges: readonly Exchange[] = [],
  ): Promise<readonly (readonly [Envelope, { readonly welcome: Bytes; readonly bundle: Bytes }])[]> {
    const m = this.#m;
    if (to.length === 0) return [];
    const bundle = this.#bundle(link);
    const told: (readonly [Envelope, { readonly welcome: Bytes; readonly bundle: Bytes }])[] = [];
    for (const [i, newcomer] of to.entries()) {
      const { announce, envelope } = newcomer;
      const welcome = await this.#welcome(link, newcomer, voters, exchanges[i] ?? this.exchange(newcomer));
      if (!welcome) continue;
      m.send(announce.identity, welcome);
      told.push([envelope, { welcome, bundle }]);
      if (!voters && to.length <= 3) m.send(announce.identity, bundle);
    }
    if (!voters && to.length > 3) m.send(null, bundle);
    return told;
  }

  #bundle(link: Link): Bytes {
    const chain = this.#chain;
    const body = encodeBundle({
      roster: (link.roster as Roster).encode(),
      commits: chain.history().map((step) => step.bytes),
      acks: [...(chain.takeover?.acks.values() ?? [])],
      finals: this.#m.finals.all(),
    });
    return encodeEnvelope(TYPES.bundle, body, new Uint8Array(0)).bytes;
  }

  async #welcome(
    link: Link,
    { announce, envelope, entry }: Newcomer,
    voter: boolean,
    exchange: Exchange,
  ): Promise<Bytes | undefined> {
    const m = this.#m;
    const me = m.me as Me;
    const { head } = link.commit;
    const exchanged = await exchange;
    if (!exchanged) return undefined;
    const { ciphertext, secret } = exchanged;
    const pairwise = Pairwise.begin(m.p, secret, m.options.linkSecret, {
      ...{ leader: me.entry.binding, member: entry.binding, ciphertext, kemKey: announce.kem },
    });
    if (!this.#mk || !this.#living.share(entry.id, pairwise)) return (pairwise.drop(), undefined);
    const { step, sealed } = pairwise.seal(concat(head, entry.binding), this.#mk);
    const body = encodeWelcome({
      answers: announceHash(m.p, envelope),
      head,
      leader: voter ? new Uint8Array(0) : await this.#shown(),
      ...{ ciphertext, step, sealed, heartbeat: this.#lastBeat?.bytes ?? new Uint8Array(0) },
    });
    return (await m.sign(TYPES.welcome, body)).bytes;
  }

  /**
   * Our Announce with the certificate of now: joiners check it, and ours may be hours old. What the binding is made of
   * stays, so we remain who we are.
   */
  async #shown(): Promise<Bytes> {
    const m = this.#m;
    const { options, p } = m;
    const certificate = ((await options.certificate?.()) ?? undefined) as Bytes | undefined;
    const before = parseAnnounce(parseEnvelope(this.#announce).body);
    if (certificate && !(before.certificate && equal(before.certificate, certificate))) {
      const renewed = { ...before, certificate, support: undefined };
      const linkMac = options.linkSecret ? linkMacOf(p, options.linkSecret, renewed) : undefined;
      this.#announce = (await m.sign(TYPES.announce, encodeAnnounce({ ...renewed, linkMac }))).bytes;
    }
    return this.#announce;
  }

  /** MK of the newest step for a member who asked, under its pairwise chain. */
  async answer(requestHash: Bytes, id: string, to: string): Promise<void> {
    const m = this.#m;
    const chain = this.#chain;
    const pairwise = this.#living.pairwise(id);
    const entry = chain.roster.get(id);
    if (!pairwise || !entry || !this.#mk) return;
    const { head } = chain;
    const { step, sealed } = pairwise.seal(concat(head, entry.binding), this.#mk);
    const none = new Uint8Array(0);
    const heartbeat = this.#lastBeat?.bytes ?? none;
    const body = encodeWelcome({ answers: requestHash, head, leader: none, ciphertext: none, step, sealed, heartbeat });
    m.send(to, (await m.sign(TYPES.welcome, body)).bytes);
  }
}
