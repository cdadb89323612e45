/** Meetings of the leader provider on the simulated network. */
import type { Bytes, SecureMeetingError } from '../../../src/base/index.js';
import type { HostAction, KeyProvider, MeetingIdentityKey, RosterMember } from '../../../src/keys/index.js';
import { encodeEnvelope, peekType, purposeOf, type MessageType } from '../../../src/keys/leader/wire.js';
import { LeaderProvider } from '../../../src/keys/leader/provider.js';
import type { LeaderFault } from '../../../src/keys/leader/faults.js';
import type { LeaderOptions } from '../../../src/keys/leader/options.js';
import type { Primitives } from '../../../src/keys/leader/primitives.js';
import {
  SimMeeting,
  Simulation,
  standIns,
  type SimNode,
  type Packet,
  type SimNodeOptions,
} from '../../../src/keys/testing/index.js';

export interface Setup {
  readonly faults?: readonly LeaderFault[];
  readonly trace?: boolean;
  readonly options?: LeaderOptions;
  readonly primitives?: Primitives;
  readonly identityKey?: (seed: Bytes) => Promise<MeetingIdentityKey>;
}

export interface EnterOptions extends SimNodeOptions {
  readonly leader?: LeaderOptions;
  /** Rules that this participant alone breaks: a liar among honest ones. */
  readonly faults?: readonly LeaderFault[];
}

export class LeaderMeeting extends SimMeeting {
  readonly setup: Setup;

  constructor(seed: number | string, setup: Setup = {}) {
    super(new Simulation(seed, { trace: setup.trace ?? false }), {
      settle: (provider) => (provider as LeaderProvider).idle(),
      ...(setup.identityKey && { identityKey: setup.identityKey }),
    });
    this.setup = setup;
  }

  provider(options: LeaderOptions = this.setup.options ?? {}, faults = this.setup.faults ?? []): LeaderProvider {
    const primitives = this.setup.primitives ?? standIns();
    return new LeaderProvider(options, { primitives, faults: new Set(faults) });
  }

  /** Somebody joins, with a provider of the meeting's usual kind. */
  enter(identity: string, options: EnterOptions = {}): Promise<SimNode> {
    return this.join(identity, this.provider(options.leader, options.faults), options);
  }

  /** Joins all, and waits until they are in one epoch. */
  async gather(...identities: readonly string[]): Promise<SimNode[]> {
    const nodes: SimNode[] = [];
    for (const identity of identities) {
      nodes.push(await this.enter(identity));
      await this.sim.run(300);
    }
    await this.agree(nodes);
    return nodes;
  }

  /** Waits until these participants, and no others, are in one epoch that all of them send with. */
  async agree(nodes: readonly SimNode[], limit = 30_000): Promise<void> {
    await this.sim.until(() => this.agreed(nodes), limit, `agreement of ${nodes.map((n) => n.identity).join(' ')}`);
  }

  agreed(nodes: readonly SimNode[]): boolean {
    const views = nodes.map((node) => this.see(node));
    const first = views[0];
    if (!first) return true;
    return views.every(
      (view, i) =>
        view !== undefined &&
        view.head === first.head &&
        view.members.length === nodes.length &&
        view.members.includes(view.binding) &&
        (nodes[i] as SimNode).sink.sending === view.epoch,
    );
  }

  /** A host's wish; the result settles when the chain carries it. */
  async act(node: SimNode, action: HostAction): Promise<{ readonly result: Promise<string> }> {
    let result!: Promise<string>;
    await this.tell(node, (provider) => {
      result = (provider.act as NonNullable<KeyProvider['act']>)(action).then(
        () => 'done',
        (error: unknown) => (error as SecureMeetingError).code,
      );
    });
    return { result };
  }

  /** What this participant's roster says about another one; undefined when it is not in it. */
  row(node: SimNode, identity: string): RosterMember | undefined {
    return node.roster.find((member) => member.sender.identity === identity);
  }

  /** The newest message of a type that was sent, by one sender if named. Needs `recording`. */
  last(type: MessageType, from?: string): Packet {
    const found = [...(this.recording ?? [])]
      .reverse()
      .find((p) => peekType(p.bytes) === type && (!from || p.from === from));
    if (!found) throw new Error(`no message of type ${type} was sent`);
    return found;
  }

  /** A message signed with a participant's own key: what it could send if it lied. */
  async forge(node: SimNode, type: MessageType, body: Bytes): Promise<Bytes> {
    const p = this.setup.primitives ?? standIns();
    return encodeEnvelope(type, body, await node.ik.sign(p.signed(purposeOf(type), body))).bytes;
  }

  /** The server sends this to everybody, or to one, in somebody's name. */
  spread(from: string, bytes: Uint8Array, to?: string): void {
    for (const identity of to ? [to] : this.nodes.keys())
      if (identity !== from) this.inject({ from, to: identity, bytes });
  }

  see(node: SimNode): ReturnType<LeaderProvider['inspect']> {
    return (node.provider as LeaderProvider).inspect();
  }
}
