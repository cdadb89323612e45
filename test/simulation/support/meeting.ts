/** Meetings of the leader provider on the simulated network. */
import { LeaderProvider } from '../../../src/keys/leader/provider.js';
import type { LeaderFault } from '../../../src/keys/leader/faults.js';
import type { LeaderOptions } from '../../../src/keys/leader/options.js';
import type { Primitives } from '../../../src/keys/leader/primitives.js';
import {
  SimMeeting,
  Simulation,
  standIns,
  type SimNode,
  type SimNodeOptions,
} from '../../../src/keys/testing/index.js';

export interface Setup {
  readonly faults?: readonly LeaderFault[];
  readonly trace?: boolean;
  readonly options?: LeaderOptions;
  readonly primitives?: Primitives;
}

export class LeaderMeeting extends SimMeeting {
  readonly setup: Setup;

  constructor(seed: number | string, setup: Setup = {}) {
    super(new Simulation(seed, { trace: setup.trace ?? false }), {
      settle: (provider) => (provider as LeaderProvider).idle(),
    });
    this.setup = setup;
  }

  provider(options: LeaderOptions = this.setup.options ?? {}): LeaderProvider {
    const primitives = this.setup.primitives ?? standIns();
    return new LeaderProvider(options, { primitives, faults: new Set(this.setup.faults ?? []) });
  }

  /** Somebody joins, with a provider of the meeting's usual kind. */
  enter(identity: string, options: SimNodeOptions & { readonly leader?: LeaderOptions } = {}): Promise<SimNode> {
    return this.join(identity, this.provider(options.leader), options);
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

  see(node: SimNode): ReturnType<LeaderProvider['inspect']> {
    return (node.provider as LeaderProvider).inspect();
  }
}
