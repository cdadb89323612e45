import type { Bytes } from '../../base/index.js';
import { idOf } from './announce.js';
import type { Machine } from './machine.js';
import type { Entry } from './roster.js';
import { TIMING } from './timing.js';
import { encodeBundle } from './welcome.js';
import { encodeRequest, parseRequest, type Lack } from './wishes.js';
import { encodeEnvelope, TYPES, type Envelope } from './wire.js';

/** Requests between any two: what one lacks and the other can hand on (protocol, 6.10). */
export class Serving {
  readonly #m: Machine;
  readonly #served = new Map<string, number>();
  readonly #asked = new Map<string, number>();

  constructor(machine: Machine) {
    this.#m = machine;
  }

  /** Asks `to` for proof of a chain; at most once a second each. */
  async ask(to: string, lacks: Lack, instance: Bytes, first: readonly Bytes[] = []): Promise<void> {
    const m = this.#m;
    const { chain, me } = m;
    const now = m.now();
    if (!chain || !me || now - (this.#asked.get(to) ?? -Infinity) < TIMING.request) return;
    if (this.#asked.size > 256) this.#asked.clear();
    this.#asked.set(to, now);
    const nonce = m.ctx.random(16);
    const body = encodeRequest({
      instance,
      binding: me.entry.binding,
      lacks,
      heads: [...first, ...chain.heads()],
      nonce,
    });
    m.send(to, (await m.sign(TYPES.request, body)).bytes);
  }

  /** Somebody asks. Whoever was ever listed in what we still remember may; one answer a second each. */
  async onRequest(envelope: Envelope, from: string): Promise<void> {
    const m = this.#m;
    const { chain } = m;
    if (!chain || !from) return;
    const request = parseRequest(envelope.body);
    const id = idOf(request.binding);
    const now = m.now();
    if (now - (this.#served.get(from) ?? -Infinity) < TIMING.request - 100) return;
    const entry = chain.roster.get(id) ?? this.#formerly(id);
    if (!entry && request.lacks !== 'evidence') return;
    if (this.#served.size > 2_048) this.#served.clear();
    this.#served.set(from, now);
    if (entry && !(await m.p.verify(entry.ik, 'leader request', envelope.body, envelope.proof))) return;
    if (request.lacks === 'rotation') return m.leading?.rotate();
    this.give(from, request.heads, request.lacks);
    if (request.lacks === 'chain' && m.leading)
      await m.leading.answer(m.p.hash('leader request hash', envelope.body), id, from);
  }

  #formerly(id: string): Entry | undefined {
    for (const link of this.#m.chain?.links ?? []) {
      const found = link.outcome.out.find((e) => e.id === id) ?? link.outcome.added.find((e) => e.id === id);
      if (found) return found;
    }
    return undefined;
  }

  /** Hands on our Commits after the first head they know, signed Acks and finals. */
  give(to: string, heads: readonly Bytes[], lacks: Lack = 'chain'): void {
    const m = this.#m;
    const { chain } = m;
    if (!chain) return;
    const links = chain.after(heads) ?? chain.links.slice(-32);
    const body = encodeBundle({
      // Where the two part, with its roster: whoever joined later can then judge too.
      roster: lacks === 'evidence' ? links[0]?.roster?.encode() : undefined,
      commits: links.slice(0, 256).map((link) => link.bytes),
      acks: [...(chain.takeover?.acks.values() ?? [])],
      finals: m.finals.all(),
    });
    m.send(to, encodeEnvelope(TYPES.bundle, body, new Uint8Array(0)).bytes);
  }
}
