import { toHex, type Bytes } from '../../base/index.js';
import type { KeyProvider, KeyProviderCapabilities, KeyProviderFactory, MeetingIdentityKey } from '../key-provider.js';
import { SimMeeting } from './sim-meeting.js';
import type { SimNode } from './sim-node.js';
import { Simulation } from './simulation.js';

/** One promise of the contract, and whether the provider kept it on the simulated network. */
export interface Finding {
  readonly promise: string;
  /** Undefined when the provider's capabilities do not promise it. */
  readonly kept: boolean | undefined;
  /** What was seen instead; empty when it was kept. */
  readonly problems: readonly string[];
}

/** What {@link runConformance} found. */
export interface ConformanceReport {
  readonly provider: string;
  readonly capabilities: KeyProviderCapabilities;
  /** Every promise made was kept. */
  readonly passed: boolean;
  readonly findings: readonly Finding[];
}

export interface ConformanceOptions {
  /** Meetings of each kind, with seeds 1, 2, …; 5 when absent. */
  readonly seeds?: number;
  /** Settles when a provider has handled all it was given; by default, after all promise jobs and one timer task. */
  readonly settle?: (provider: KeyProvider) => Promise<void>;
  /** How long a provider may take until all members can read each other, in simulated ms; 15,000 when absent. */
  readonly patience?: number;
  /** For providers that need real signatures; stand-ins when absent. */
  readonly identityKey?: (seed: Bytes) => Promise<MeetingIdentityKey>;
}

/** The promises, in the words of the contract. Keys are the rules that a simulated meeting reports when one breaks. */
const ALWAYS = {
  throws: 'handle… methods and start never throw for what came from the network',
  sink: 'the sink’s rules hold: one key per epoch and sender, no key twice, nothing activated before it is installed',
  'one key, one sender': 'no key belongs to two senders or epochs',
  'no counter twice': 'a worker that restarts gets no key that its predecessor sent with',
  'no key in an event': 'no event carries a key',
} as const;

/**
 * Runs any provider through the contract on a simulated network: joining, talking, leaving, re-joining, a lost worker,
 * garbage, strangers. Reports what it promises and what it keeps. Deterministic: the same provider gives the same report.
 */
export async function runConformance(
  factory: KeyProviderFactory,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const probe = await factory();
  const problems = new Map<string, string[]>();
  const note = (promise: string, problem: string): void => {
    const list = problems.get(promise) ?? [];
    if (list.length < 10 && !list.includes(problem)) list.push(problem);
    problems.set(promise, list);
  };
  const patience = options.patience ?? 15_000;
  for (let seed = 1; seed <= (options.seeds ?? 5); seed++) {
    const { settle, identityKey } = options;
    const m = new SimMeeting(new Simulation(`conformance ${seed}`), {
      ...(settle && { settle }),
      ...(identityKey && { identityKey }),
    });
    await meet(m, factory, note, patience);
    for (const { rule, what } of m.violations) note(ALWAYS[rule as keyof typeof ALWAYS] ?? rule, what);
  }
  const { capabilities } = probe;
  const promised: readonly (readonly [promise: string, made: boolean])[] = [
    ...Object.values(ALWAYS).map((promise) => [promise, true] as const),
    [JOINED, true],
    [GARBAGE, true],
    [WORKER, true],
    [STOPPED, true],
    [LEAVERS, capabilities.cutsOffLeavers],
    [JOINERS, capabilities.cutsOffJoiners],
    ['nobody outside', capabilities.membershipAgreement],
    ['same key, same list', capabilities.membershipAgreement],
    ['no old epoch', capabilities.membershipAgreement],
    [STRANGER, true],
  ];
  const findings = promised.map(([promise, made]) => {
    const found = problems.get(promise) ?? [];
    return { promise, kept: made ? found.length === 0 : undefined, problems: made ? found : [] };
  });
  return { provider: probe.name, capabilities, passed: findings.every((f) => f.kept !== false), findings };
}

const JOINED = 'members who stay connected can read each other';
const GARBAGE = 'garbage changes nothing';
const WORKER = 'a lost worker leads to a new join';
const STOPPED = 'after stop nothing is sent and no verb is called';
const LEAVERS = 'who left can’t open what is sent 15 s later';
const JOINERS = 'who joins can’t open what was sent before';
const STRANGER = 'who only sends noise is in no list and gets no key';

type Note = (promise: string, problem: string) => void;

async function meet(m: SimMeeting, factory: KeyProviderFactory, note: Note, patience: number): Promise<void> {
  const { sim } = m;
  const enter = async (identity: string): Promise<SimNode> => {
    const node = await m.join(identity, await factory());
    await sim.run(200 + sim.random.below(1_500));
    return node;
  };
  const ann = await enter('ann');
  const bob = await enter('bob');
  await readable(m, [ann, bob], note, patience);
  const early = sending(ann);

  const cleo = await enter('cleo');
  await readable(m, [ann, bob, cleo], note, patience);
  if (early && cleo.everHad.has(early)) note(JOINERS, 'Cleo has a key that Ann sent with before she came');

  const before = [ann, bob, cleo].map((node) => node.sink.sending);
  for (let i = 0; i < 60; i++) {
    const bytes = sim.bytes(sim.random.below(200));
    for (const to of ['ann', 'bob', 'cleo']) m.inject({ from: sim.random.pick(['mallory', 'ann', '']), to, bytes });
  }
  await sim.run(2_000);
  if ([ann, bob, cleo].some((node, i) => node.sink.sending < (before[i] as number))) note(GARBAGE, 'sending stopped');
  for (const node of [ann, bob, cleo])
    if (
      node.roster.some((row) => row.sender.identity === 'mallory') ||
      node.sink.keys.some((k) => k.identity === 'mallory')
    )
      note(STRANGER, `${node.identity} lists somebody who never joined`);

  await m.worker(bob);
  await readable(m, [ann, bob, cleo], note, patience, WORKER);

  const sent = m.sent;
  await m.leave(cleo);
  const verbs = cleo.fresh.length;
  await sim.run(15_000);
  if (cleo.fresh.length > verbs) note(STOPPED, 'keys were installed after stop');
  if (m.sent < sent) note(STOPPED, 'the count of messages went back');
  await readable(m, [ann, bob], note, patience);
  for (const node of [ann, bob]) {
    const key = sending(node);
    if (key && cleo.everHad.has(key)) note(LEAVERS, `${node.identity} still sends under a key that Cleo had`);
  }
  await m.leave(bob);
  await m.leave(ann);
}

/** The key a participant sends with, in hexadecimal. */
function sending(node: SimNode): string | undefined {
  return node.sink.sending < 0 ? undefined : node.sink.own(node.sink.sending)?.media;
}

/** Waits until everyone has what everyone else sends with. */
async function readable(
  m: SimMeeting,
  nodes: readonly SimNode[],
  note: Note,
  patience: number,
  promise = JOINED,
): Promise<void> {
  const done = (): boolean =>
    nodes.every((from) => {
      const { sending: epoch, self } = from.sink;
      const key = sending(from);
      if (key === undefined || !self) return false;
      return nodes.every((to) => to === from || to.sink.find(epoch, toHex(self.binding))?.media === key);
    });
  for (let waited = 0; waited < patience && !done(); waited += 100) await m.sim.run(100);
  if (!done()) note(promise, `${nodes.map((n) => n.identity).join(', ')} cannot all read each other`);
}
