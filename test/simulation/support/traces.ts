/** Random meetings: everything that can happen to one, from a seed. */
import type { HostAction } from '../../../src/keys/index.js';
import type { SimNode } from '../../../src/keys/testing/index.js';
import { LeaderMeeting, type Setup } from './meeting.js';

export interface TraceResult {
  readonly seed: number | string;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly steps: number;
}

const NAMES = ['ann', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus'] as const;

/** One random meeting: half a minute of trouble, then an honest network until all agree. */
export async function runTrace(seed: number | string, setup: Setup = {}): Promise<TraceResult> {
  const m = new LeaderMeeting(seed, setup);
  const { sim } = m;
  const { random } = sim;
  let steps = 0;
  const watch = watchChains(m);
  m.afterStep = (node) => {
    steps++;
    watch(node);
  };
  const hostile = random.chance(0.5);
  if (hostile) m.recording = [];
  const size = 2 + random.below(random.chance(0.2) ? 5 : 3);
  const names = NAMES.slice(0, size);
  for (const name of names) {
    await m.enter(name);
    await sim.run(random.pick([0, 0, 50, 700, 3_000]));
  }
  const actions = 4 + random.below(10);
  for (let i = 0; i < actions; i++) {
    await act(m, names, hostile);
    await sim.run(random.pick([0, 30, 200, 1_000, 2_500, 4_000, 8_000]));
  }
  m.heal();
  m.crashAfterSend = undefined;
  for (const node of m.nodes.values())
    for (const other of m.nodes.values()) if (node !== other) await m.claimPresence(node, other.identity, other.alive);
  await sim.run(20_000);
  for (let waited = 0; waited < 100_000 && !settled(m); waited += 2_500) await sim.run(2_500);
  if (!settled(m)) m.violate('once healed, one epoch', [...m.nodes.values()].map((n) => describe(m, n)).join('; '));
  return {
    seed,
    steps,
    violations: m.violations.map((v) => `${(v.at / 1000).toFixed(1)} s: ${v.rule}: ${v.what}`),
    trace: sim.trace,
  };
}

const living = (m: LeaderMeeting): SimNode[] => [...m.nodes.values()].filter((n) => n.alive && !n.ended);

function describe(m: LeaderMeeting, node: SimNode): string {
  const view = m.see(node);
  if (!node.alive) return `${node.identity} gone`;
  if (!view) return `${node.identity} ${node.ended ?? node.state}`;
  return `${node.identity} ${view.instance.slice(0, 4)}/${view.term}/${view.epoch} ${view.head.slice(0, 4)} by ${view.leader} of ${view.members.length}, sends ${node.sink.sending}`;
}

/** All are in one epoch; or each instance is, where two may not become one without people. */
function settled(m: LeaderMeeting): boolean {
  const here = living(m).filter((node) => node.state !== 'knocking');
  const instances = new Map<string, SimNode[]>();
  for (const node of here) {
    const view = m.see(node);
    if (!view) return false;
    instances.set(view.instance, [...(instances.get(view.instance) ?? []), node]);
  }
  if (![...instances.values()].every((nodes) => m.agreed(nodes))) return false;
  if (instances.size <= 1) return true;
  // Two that may not become one without people: locked, verified, or grown up apart. Somebody has to be told.
  return here.some((node) => node.alarms.includes('two-meetings'));
}

/** Chain promises: terms and epochs never go back in one join; who is locked in or verified does not change instance. */
function watchChains(m: LeaderMeeting): (node: SimNode) => void {
  const last = new Map<SimNode, NonNullable<ReturnType<LeaderMeeting['see']>> & { sending: number; worker: number }>();
  const seen = new Map<SimNode, number>();
  return (node) => {
    // Nothing of what is watched here changes without an event.
    if (seen.get(node) === node.events.length) return;
    seen.set(node, node.events.length);
    if (node.alarms.includes('equivocation')) m.violate('nobody honest signs twice', node.identity);
    const view = m.see(node);
    const before = last.get(node);
    if (!view) {
      last.delete(node);
      return;
    }
    last.set(node, { ...view, sending: node.sink.sending, worker: node.sink.worker });
    if (!before) return;
    if (before.binding === view.binding) {
      if (view.term < before.term || view.epoch < before.epoch || view.instance !== before.instance)
        m.violate('no old term', `${node.identity} from ${before.term}/${before.epoch} to ${view.term}/${view.epoch}`);
    } else if (before.instance !== view.instance && (before.locked || before.verified)) {
      if (before.sending >= 0 && before.worker === node.sink.worker)
        m.violate('no locked or verified member moves', node.identity);
    }
  };
}

async function act(m: LeaderMeeting, names: readonly string[], hostile: boolean): Promise<void> {
  const { random } = m.sim;
  const alive = living(m);
  const node = alive.length ? random.pick(alive) : undefined;
  const name = random.pick(names);
  const dice = random.below(hostile ? 20 : 15);
  switch (dice) {
    case 0:
    case 1:
    case 2: {
      const old = m.nodes.get(name);
      if (old?.alive && !old.ended) return;
      await m.enter(name, old && random.chance(0.7) ? { ik: old.ik } : {});
      return;
    }
    case 3:
      if (node && alive.length > 1) await m.leave(node, random.pick(['left', 'page-closing']));
      return;
    case 4:
      if (node) m.crash(node, random.pick([1_000, 5_000, 15_000]));
      return;
    case 5:
      if (node) {
        m.crash(node, 30_000);
        await m.enter(node.identity, { ik: node.ik });
      }
      return;
    case 6:
      if (node) await m.disconnect(node, random.pick([500, 2_000, 6_000, 15_000]));
      return;
    case 7:
      m.split([names.filter(() => random.chance(0.5)), names]);
      return;
    case 8:
    case 9:
      m.heal();
      return;
    case 10:
      Object.assign(m.quality, {
        ...{ delay: random.pick([5, 50, 200]), jitter: random.pick([0, 50, 300]) },
        ...{ loss: random.pick([0, 0.05, 0.3]), reorder: random.pick([0, 0.1]), duplication: random.pick([0, 0.1]) },
      });
      return;
    case 11:
      if (node) await m.worker(node);
      return;
    case 12:
    case 13:
      if (node) await hostAction(m, node, alive);
      return;
    case 14: {
      let left = random.below(8);
      const victim = node;
      m.crashAfterSend = (sender) => sender === victim && left-- === 0;
      return;
    }
    case 15: {
      const dropped = random.below(6);
      const rate = random.pick([0.1, 0.5, 1]);
      const from = random.pick(names);
      m.server = (packet) => {
        const hit = (dropped < 3 || packet.from === from) && random.chance(rate);
        return hit ? (dropped % 3 === 0 ? [] : [{ ...packet, after: random.below(4_000) }]) : undefined;
      };
      return;
    }
    case 16:
    case 17: {
      const recorded = m.recording ?? [];
      for (let i = 0; i < 20 && recorded.length; i++) {
        const packet = random.pick(recorded);
        const from = random.chance(0.2) ? random.pick(names) : packet.from;
        m.inject({ from, to: random.pick(names), bytes: packet.bytes }, random.below(2_000));
      }
      return;
    }
    case 18:
      if (node) await m.claimPresence(node, name, random.chance(0.3));
      return;
    case 19: {
      const recorded = m.recording ?? [];
      if (!recorded.length) return;
      const packet = random.pick(recorded);
      const bytes = new Uint8Array(packet.bytes);
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      for (const to of names) m.inject({ from: packet.from, to, bytes });
      return;
    }
  }
}

async function hostAction(m: LeaderMeeting, node: SimNode, alive: readonly SimNode[]): Promise<void> {
  const { random } = m.sim;
  const row = node.roster.find((member) => member.sender.identity === node.identity);
  if (row?.role !== 'host') return;
  if (random.chance(0.15) && node.code) {
    const { code } = node;
    await m.tell(node, (p) => p.confirmSecurityCode?.(code).catch(() => undefined));
    return;
  }
  const target = node.roster.find((member) => member.sender.identity === random.pick(alive).identity)?.sender;
  const actions: HostAction[] = [{ type: 'lock' }, { type: 'unlock' }, { type: 'unlock' }];
  if (target && target.identity !== node.identity)
    actions.push({ type: 'remove', target }, { type: 'make-host', target }, { type: 'hand-over', target });
  const action = random.pick(actions);
  m.sim.log(() => `${node.identity} wants ${action.type} ${'target' in action ? action.target.identity : ''}`);
  await m.tell(node, (p) => p.act?.(action).catch(() => undefined));
}

/** What a failing seed tells: what broke, how to see it again, and what happened up to the first break. */
export function summary({ seed, violations, trace }: TraceResult, lines: number): string {
  const broke = trace.findIndex((line) => line.includes('!!!'));
  const end = broke < 0 ? trace.length : broke + 1;
  return [`SEED=${seed}: ${violations.slice(0, 5).join(' | ')}`, ...trace.slice(Math.max(0, end - lines), end)].join(
    '\n',
  );
}
