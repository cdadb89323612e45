/**
 * Meetings of hundreds on the simulated network. Each has a thread of its own: what a thousand providers keep is more than
 * a test's thread is given. A thousand members take about 20 minutes and 6 GB:
 * `CROWD=1 node scripts/node-tests.mjs test/simulation/crowd.node.test.ts`.
 */
import { expect } from 'chai';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { TIMING } from '../../src/keys/leader/timing.js';
import { peekType, TYPES } from '../../src/keys/leader/wire.js';
import type { SimNode } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

interface Crowd {
  readonly size: number;
  /** All join in this time, one after another. Milliseconds, as all times here, of the simulation. */
  readonly joinWithin: number;
  /** Whether to wait until the leader changes the key for its age alone. */
  readonly rotate: boolean;
}

/** What happened to a crowd. */
interface Story {
  readonly members: number;
  /** How often the key changed while they joined. */
  readonly epochs: number;
  /** Who had no key three seconds after the last one came. */
  readonly keyless: readonly string[];
  /** Bytes of all copies of the key that one member's leaving cost, and to how many they were. */
  readonly copies: number;
  readonly recipients: number;
  /** From the leaver's goodbye until all others sent under the next key. */
  readonly cutOff: number;
  readonly rotated: boolean;
  /** From the crash of the leader until all others sent under another's key. */
  readonly takeover: number;
  readonly violations: readonly unknown[];
}

async function live({ size, joinWithin, rotate }: Crowd): Promise<Story> {
  const m = new LeaderMeeting(`crowd of ${size}`);
  const [ann] = (await m.gather('ann')) as [SimNode];
  const first = m.see(ann)!.epoch;
  const nodes: SimNode[] = [];
  for (let number = 1; number < size; number++) {
    nodes.push(await m.enter(`member-${number}`));
    await m.sim.run(joinWithin / (size - 1));
  }
  await m.sim.run(3_000);
  const { epoch, members } = m.see(ann)!;
  const keyless = nodes.filter((node) => node.sink.sending <= 0).map((node) => node.identity);
  await m.agree([ann, ...nodes]);

  let copies = 0;
  m.server = ({ to, bytes }) => {
    if (to === 'member-1' && peekType(bytes) === TYPES.copies) copies += bytes.length;
    return undefined;
  };
  const left = m.sim.now;
  await m.leave(nodes.pop() as SimNode);
  await m.agree([ann, ...nodes]);
  const cutOff = m.sim.now - left;
  m.server = undefined;

  const before = m.see(ann)!.epoch;
  if (rotate) {
    await m.sim.run(TIMING.rotate + 5_000);
    await m.agree([ann, ...nodes]);
  }
  const rotated = m.see(ann)!.epoch > before;

  const crashed = m.sim.now;
  m.crash(ann);
  await m.agree(nodes);
  return {
    ...{ members: members.length, epochs: epoch - first, keyless, copies, recipients: nodes.length, cutOff, rotated },
    ...{ takeover: m.sim.now - crashed, violations: m.violations },
  };
}

/** Lets a crowd live in a thread of its own, and checks what holds for every size. */
async function story(crowd: Crowd): Promise<Story> {
  const told = await new Promise<Story>((resolve, reject) => {
    const resourceLimits = { maxOldGenerationSizeMb: 16_384 };
    const thread = new Worker(new URL(import.meta.url), { workerData: crowd, resourceLimits });
    thread.on('message', resolve).on('error', reject);
    thread.on('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
  });
  expect(told.violations).to.deep.equal([]);
  expect(told.members).to.equal(crowd.size);
  expect(told.keyless, 'without a key 3 s after the last join').to.deep.equal([]);
  expect(told.copies / told.recipients, 'bytes per recipient').to.be.at.most(100);
  expect(told.cutOff, 'cut off').to.be.at.most(1_000);
  return told;
}

if (isMainThread)
  describe('leader: crowds', () => {
    it('200 join in 10 s: at most 10 keys, all have one 3 s after the last, another leads 5 s after a crash', async () => {
      const { epochs, takeover } = await story({ size: 200, joinWithin: 10_000, rotate: false });
      expect(epochs).to.be.at.most(10);
      expect(takeover).to.be.at.most(5_000);
    });

    if (process.env['CROWD'])
      it('1,000 members: a key change of more than 64 kB, rotation by age, and another leads 8 s after a crash', async () => {
        const { copies, rotated, takeover } = await story({ size: 1_000, joinWithin: 60_000, rotate: true });
        expect(copies).to.be.above(65_536);
        expect(rotated).to.equal(true);
        expect(takeover).to.be.at.most(8_000);
      });
  });
else parentPort?.postMessage(await live(workerData as Crowd));
