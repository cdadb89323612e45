import { report, SecureMeetingError, SerialQueue, toHex, type Bytes } from '../../base/index.js';
import type {
  HostAction,
  KeyProvider,
  KeyProviderCapabilities,
  KeyProviderContext,
  SecurityCode,
  Sender,
  SfuPresence,
  SignedRoster,
} from '../key-provider.js';
import { idOf } from './announce.js';
import type { LeaderFault } from './faults.js';
import { Machine } from './machine.js';
import { Refused } from './operations.js';
import type { LeaderOptions } from './options.js';
import type { Primitives } from './primitives.js';
import { BOUNDS, TIMING } from './timing.js';
import { parseBundle, type Bundle } from './welcome.js';
import { parseNotice } from './wishes.js';
import { Malformed, parseEnvelope, peekType, TYPES, type Envelope } from './wire.js';

export const LEADER_CAPABILITIES: KeyProviderCapabilities = /* @__PURE__ */ Object.freeze({
  forwardSecrecy: true,
  cutsOffLeavers: true,
  cutsOffJoiners: true,
  membershipAgreement: true,
  authentication: 'member',
  verification: true,
  locks: true,
  waitingRoom: true,
  permissions: true,
  postQuantum: true,
  certificates: true,
  largestMeeting: 1_000,
});

/** {@link LeaderProvider.inspect}. Bindings, heads and instances in hexadecimal. */
export interface LeaderInspection {
  readonly instance: string;
  readonly head: string;
  readonly term: number;
  readonly epoch: number;
  readonly leader: string;
  readonly leading: boolean;
  readonly binding: string;
  readonly members: readonly string[];
  readonly locked: boolean;
  readonly shareByHosts: boolean;
  readonly chatByHosts: boolean;
  readonly verified: boolean;
}

/** What a test may replace; empty in every application. */
export interface LeaderInternals {
  readonly primitives: Primitives;
  readonly faults: ReadonlySet<LeaderFault>;
}

/** Messages of one SFU identity per second, and at once. */
const RATE = 60;
const BURST = 240;

/** The `leader` provider's outside: one step at a time, and nothing that comes from the network throws out of it. */
export class LeaderProvider implements KeyProvider {
  readonly name = 'leader';
  readonly capabilities = LEADER_CAPABILITIES;
  readonly #options: LeaderOptions;
  readonly #internals: LeaderInternals;
  readonly #queue = new SerialQueue();
  #machine: Machine | undefined;
  #cancelTick: (() => void) | undefined;
  #tickQueued = false;
  #queued = 0;
  readonly #budgets = new Map<string, { tokens: number; at: number; queued: number }>();

  constructor(options: LeaderOptions, internals: LeaderInternals) {
    this.#options = options;
    this.#internals = internals;
  }

  async start(context: KeyProviderContext): Promise<void> {
    const { linkSecret } = this.#options;
    if (linkSecret && linkSecret.length < 16) throw new SecureMeetingError('key-short');
    const { primitives, faults } = this.#internals;
    const machine = (this.#machine = new Machine(context, withAdmission(this.#options, context), primitives, faults));
    this.#scheduleTick(machine);
    await this.#queue.run(() => machine.joining.begin());
  }

  handleMessage(from: string, message: Uint8Array): void {
    const machine = this.#machine;
    if (!machine || machine.ended || message.length > BOUNDS.message) return;
    const type = peekType(message);
    if (type === TYPES.announce) machine.joining.seeks(from);
    if (!this.#concerns(machine, type)) return;
    const budget = this.#budget(machine, from);
    if (budget.tokens < 1 || budget.queued >= BOUNDS.queuedPerSender || this.#queued >= BOUNDS.queued) return;
    budget.tokens--;
    budget.queued++;
    this.#queued++;
    this.#run(async () => {
      budget.queued--;
      this.#queued--;
      if (!machine.ended) await dispatch(machine, parseEnvelope(message), from);
    });
  }

  /** Announces and Acks are for the leader, hosts and claimants alone: others drop them unread. */
  #concerns(m: Machine, type: ReturnType<typeof peekType>): boolean {
    if (type === TYPES.announce) return m.leading !== undefined || m.claims.claiming || m.me?.entry.host === true;
    return type !== TYPES.ack || m.leading !== undefined;
  }

  #budget(m: Machine, from: string): { tokens: number; at: number; queued: number } {
    const now = m.now();
    let budget = this.#budgets.get(from);
    if (!budget) {
      if (this.#budgets.size > 4_096) this.#budgets.clear();
      this.#budgets.set(from, (budget = { tokens: BURST, at: now, queued: 0 }));
    }
    budget.tokens = Math.min(BURST, budget.tokens + ((now - budget.at) / 1_000) * RATE);
    budget.at = now;
    return budget;
  }

  handlePresence(change: SfuPresence): void {
    this.#machine?.setPresence(change.identity, change.present);
  }

  handleConnection(change: Parameters<KeyProvider['handleConnection']>[0]): void {
    const machine = this.#machine;
    if (!machine) return;
    this.#run(async () => {
      machine.connected = change !== 'lost';
      if (change === 'returned' || change === 'rejoined') await machine.reconnected(change === 'rejoined');
      if (change === 'slept' && machine.chain) {
        machine.claims.restartClock();
        if (machine.leading) await machine.leading.slept();
        else machine.following.slept();
      }
    });
  }

  handleMissingKey(identity: string, epoch: number): void {
    this.#machine?.keying.wanted(identity, epoch);
  }

  handleWorkerLost(): void {
    const machine = this.#machine;
    if (!machine) return;
    this.#run(async () => {
      if (machine.me) machine.send(null, machine.me.leaving);
      if (!machine.faults.has('old-binding-kept')) await machine.lost();
    });
  }

  handleKeyExhausted(epoch: number): void {
    const machine = this.#machine;
    if (!machine) return;
    this.#run(async () => {
      if (!machine.chain || epoch < machine.chain.epoch) return;
      if (machine.leading) machine.leading.rotate();
      else await machine.following.ask('rotation');
    });
  }

  async stop(reason: 'left' | 'removed' | 'ended' | 'failed' | 'page-closing'): Promise<void> {
    const machine = this.#machine;
    this.#cancelTick?.();
    if (!machine) return;
    if (machine.me && machine.connected && !machine.ended && reason !== 'failed') {
      if (reason === 'page-closing') machine.ctx.sendNow(machine.me.leaving);
      else await machine.ctx.send(null, machine.me.leaving).catch(() => undefined);
    }
    machine.teardown();
    this.#machine = undefined;
  }

  async agree(member: Sender): Promise<Bytes | undefined> {
    return this.#machine?.agree(member);
  }

  async confirmSecurityCode(code: SecurityCode): Promise<void> {
    await this.#queue.run(() => this.#joined().code.confirm(code));
  }

  async rejectSecurityCode(code: SecurityCode): Promise<void> {
    await this.#queue.run(() => this.#joined().code.reject(code));
  }

  async act(action: HostAction): Promise<void> {
    const machine = this.#joined();
    // The wish waits for the chain, so it must not hold up the queue: only its beginning is a step.
    const { settled } = await this.#queue.run(() => machine.hosting.act(action));
    await settled;
  }

  signedRoster(): SignedRoster | undefined {
    const chain = this.#machine?.chain;
    if (!chain) return undefined;
    const { bytes, commit } = chain.tip;
    const author = chain.roster.get(idOf(commit.author));
    const { body: content, proof: signature } = parseEnvelope(bytes);
    return author && { content, signature, ik: author.ik, roster: chain.roster.encode() };
  }

  /** Where we stand, without secrets. For tests and the simulator's invariants. */
  inspect(): LeaderInspection | undefined {
    const machine = this.#machine;
    const { chain, me } = machine ?? {};
    if (!machine || !chain || !me) return undefined;
    const { tip, roster } = chain;
    return {
      ...{ instance: toHex(chain.instance), head: tip.id, term: tip.commit.term, epoch: tip.commit.epoch },
      ...{ leader: chain.leader.identity, leading: machine.leading !== undefined, binding: me.entry.id },
      ...{ locked: roster.locked, verified: machine.code.verified },
      ...{ shareByHosts: roster.shareByHosts, chatByHosts: roster.chatByHosts },
      members: roster.entries.map((e) => e.id),
    };
  }

  /** The roster in force (docs/protocol.md, 6.6). For tests, as {@link inspect}. */
  encodedRoster(): Bytes | undefined {
    return this.#machine?.chain?.roster.encode();
  }

  /** Settles when everything handed in so far was handled. For tests. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  #joined(): Machine {
    if (!this.#machine) throw new SecureMeetingError('room-not-joined');
    return this.#machine;
  }

  #scheduleTick(machine: Machine): void {
    this.#cancelTick = machine.ctx.clock.after(TIMING.tick, () => {
      if (machine.ended) return;
      this.#scheduleTick(machine);
      if (this.#tickQueued) return;
      this.#tickQueued = true;
      this.#run(async () => {
        this.#tickQueued = false;
        if (!machine.ended) await tick(machine);
      });
    });
  }

  /** One step. What the network caused is dropped; what is our own mistake is reported, and stops nothing else. */
  #run(step: () => void | Promise<void>): void {
    this.#queue.run(step).catch((error: unknown) => {
      if (!(error instanceof Malformed || error instanceof Refused)) report(error);
    });
  }
}

async function tick(m: Machine): Promise<void> {
  await m.joining.tick();
  m.keying.tick();
  m.finals.tick();
  if (m.leading) await m.leading.tick();
  else await m.following.tick();
  if (!m.ended) await m.hosting.tick();
  if (!m.ended) await m.claims.tick();
}

async function dispatch(m: Machine, envelope: Envelope, from: string): Promise<void> {
  switch (envelope.type) {
    case TYPES.announce:
      await m.claims.onVote(envelope);
      await m.leading?.onAnnounce(envelope, from);
      return m.hosting.onAnnounce(envelope, from);
    case TYPES.welcome:
      await m.joining.onWelcome(envelope);
      await m.claims.onWelcome(envelope);
      return m.following.onWelcome(envelope);
    case TYPES.commit:
      await m.joining.onCommit(envelope);
      return m.following.onCommit(envelope);
    case TYPES.copies:
      return m.following.onCopies(envelope);
    case TYPES.ack:
      return m.leading?.onAck(envelope);
    case TYPES.signedAck:
      return m.claims.onSignedAck(envelope);
    case TYPES.heartbeat:
      return m.following.onHeartbeat(envelope, from);
    case TYPES.leaving:
      return m.finals.onLeaving(envelope);
    case TYPES.request:
      return m.serving.onRequest(envelope, from);
    case TYPES.hostRequest:
      return m.hosting.onRequest(envelope);
    case TYPES.takeover:
      return m.claims.onTakeover(envelope, from);
    case TYPES.bundle:
      return onBundle(m, parseBundle(envelope.body));
    case TYPES.notice: {
      const notice = parseNotice(envelope.body);
      if (await m.p.verify(notice.ik, 'leader notice', envelope.body, envelope.proof)) await m.joining.onNotice(notice);
    }
  }
}

/** What somebody hands on: each part is checked as if it had come by itself. */
async function onBundle(m: Machine, bundle: Bundle): Promise<void> {
  const each = async (
    messages: readonly Bytes[],
    type: number,
    take: (e: Envelope) => Promise<void>,
  ): Promise<void> => {
    for (const bytes of messages) {
      const envelope = parseEnvelope(bytes);
      if (envelope.type === type) await take(envelope);
    }
  };
  if (bundle.roster) await m.joining.onRoster(bundle.roster);
  await each(bundle.commits, TYPES.commit, (e) => m.joining.onCommit(e));
  const chain = m.chain;
  await each(bundle.commits, TYPES.commit, (e) => m.following.onCommit(e));
  await each(bundle.acks, TYPES.signedAck, (e) => m.claims.onSignedAck(e));
  for (const bytes of bundle.finals) await m.finals.onReason(bytes);
  if (chain && m.chain === chain) await m.forks.onEvidence(bundle);
}

/** A site's backend decides who is let in; what a page set itself stays in force without one. */
function withAdmission(options: LeaderOptions, { admission }: KeyProviderContext): LeaderOptions {
  if (!admission) return options;
  return {
    ...options,
    certificates: { required: true, verify: (certificate, subject) => admission.verify(certificate, subject) },
    certificate: () => admission.certificate(),
  };
}
