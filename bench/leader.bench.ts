/** Run by leader.mjs, without a test runner: its hooks on every promise would be measured as ours. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { encodeAnnounce } from '../src/keys/leader/announce.js';
import { encodeLeaving } from '../src/keys/leader/beats.js';
import { realPrimitives } from '../src/keys/leader/real.js';
import { LeaderProvider } from '../src/keys/leader/provider.js';
import { makeEntry } from '../src/keys/leader/roster.js';
import { encodeEnvelope, peekType, purposeOf, TYPES, type MessageType } from '../src/keys/leader/wire.js';
import { createIdentityKey, purposed, type IdentityKey } from '../src/crypto/index.js';
import type { KeyProviderContext } from '../src/keys/index.js';
import { HandClock } from '../test/support/exchange-net.js';

const ROUNDS = Number(process.env['ROUNDS'] ?? 15);
/** Goals: CPU in milliseconds by members, longest task in milliseconds, bytes per recipient. */
const CPU = { 200: 10, 1000: 30 } as const;
const TASK = 5;
const BYTES = 100;

const MEETING = 'bench';
const filled = (length: number, value: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(value);
/** CPU milliseconds of the whole process: a little more than the main thread's, and nothing of other processes. */
const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const round = (value: number): number => Math.round(10 * value) / 10;

/** A leader with real keys and `size` members, of whom the bench makes no more than the messages. */
class Meeting {
  readonly clock = new HandClock();
  readonly sent: Uint8Array[] = [];
  readonly members: {
    readonly identity: string;
    readonly ik: IdentityKey;
    readonly binding: Uint8Array<ArrayBuffer>;
  }[] = [];
  /** CPU ms at which the present task of the main thread began, and the most that one took. */
  began = 0;
  longest = 0;
  readonly provider: LeaderProvider;

  constructor() {
    const real = realPrimitives();
    const primitives = {
      ...real,
      // Members' keys are agreed when they join, not when the leader rotates.
      encapsulate: () => ({ ciphertext: filled(1120, 1), secret: crypto.getRandomValues(new Uint8Array(32)) }),
      verify: (...args: Parameters<typeof real.verify>) => this.outside(async () => real.verify(...args)),
      turn: () => this.outside(async () => real.turn()),
    };
    this.provider = new LeaderProvider({}, { primitives, faults: new Set() });
  }

  /** What ends the main thread's task: a turn, or work on another thread. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    const result = work();
    this.endOfTask();
    try {
      return await result;
    } finally {
      this.began = cpuNow();
    }
  }

  endOfTask(): void {
    this.longest = Math.max(this.longest, cpuNow() - this.began);
  }

  async say(from: string, ik: IdentityKey, type: MessageType, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const proof = await ik.sign(purposed(purposeOf(type), body));
    this.provider.handleMessage(from, encodeEnvelope(type, body, proof).bytes);
  }

  async begin(size: number): Promise<void> {
    const made = await createIdentityKey();
    const ik = { ...made, sign: (message: Uint8Array) => this.outside(() => made.sign(message)) };
    await this.provider.start({
      meeting: MEETING,
      self: { identity: 'leader', name: 'Leader', ik },
      presence: () => this.members.map(({ identity }) => identity),
      send: async (_to, message) => void this.sent.push(message),
      sendNow: () => undefined,
      clock: this.clock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      storage: { get: async () => undefined, put: async () => undefined, delete: async () => undefined },
      sink: {
        ...{ install: async () => undefined, activate: async () => undefined, pause: async () => undefined },
        ...{ retire: async () => undefined, retireSender: async () => undefined, rejoin: async () => undefined },
      },
      emit: () => undefined,
    } satisfies KeyProviderContext);
    for (let number = 1; number < size; number++) {
      const key = await createIdentityKey();
      const identity = `member-${number}`;
      const base = {
        ...{ identity, name: identity, ik: key.publicKey, nonce: crypto.getRandomValues(new Uint8Array(16)) },
        messageKey: filled(32, 9),
      };
      this.members.push({ identity, ik: key, binding: makeEntry(MEETING, { ...base, host: false }).binding });
      await this.say(
        identity,
        key,
        TYPES.announce,
        encodeAnnounce({ meeting: MEETING, ...base, kem: filled(1216, 4) }),
      );
      if (number % 250 === 0) await this.settle(1_600);
    }
    while (this.provider.inspect()!.members.length < size) await this.settle(1_600);
    assert(this.clock.now() < 10_000, 'those who never acknowledge would be taken out');
  }

  /** Lets work that is due be done, `ms` of the meeting's time later. */
  async settle(ms: number): Promise<void> {
    await this.provider.idle();
    await this.clock.advance(ms);
    await this.provider.idle();
  }

  /** A member says goodbye: everybody else gets a new key. */
  async rotate(): Promise<{ cpu: number; wall: number; task: number; bytes: number }> {
    const gone = this.members.pop()!;
    const body = encodeLeaving({ binding: gone.binding });
    this.sent.length = 0;
    this.longest = 0;
    const { members } = this.provider.inspect()!;
    this.began = cpuNow();
    const [began, used] = [performance.now(), this.began];
    await this.say(gone.identity, gone.ik, TYPES.leaving, body);
    await this.provider.idle();
    const cpu = cpuNow() - used;
    this.endOfTask();
    const wall = performance.now() - began;
    const copies = this.sent.filter((message) => peekType(message) === TYPES.copies);
    const left = members.length - 2;
    return {
      ...{ cpu, wall, task: this.longest },
      bytes: copies.reduce((sum, { length }) => sum + length, 0) / left,
    };
  }
}

const load = os.loadavg()[0]!;
const results = [];
for (const size of [200, 1000] as const) {
  const meeting = new Meeting();
  await meeting.begin(size);
  const rounds = [];
  for (let number = -5; number < ROUNDS; number++) {
    const one = await meeting.rotate();
    if (number >= 0) rounds.push(one);
  }
  await meeting.provider.stop('failed');
  const of = (what: 'cpu' | 'wall' | 'task' | 'bytes'): number[] => rounds.map((one) => one[what]);
  results.push({
    ...{ members: size, cpu: round(median(of('cpu'))), wall: round(median(of('wall'))) },
    ...{ task: round(median(of('task'))), worst: round(Math.max(...of('task'))), bytes: round(median(of('bytes'))) },
  });
}
const machine = `${os.cpus().length} cores (${os.cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, load ${round(load)}`;
await mkdir('bench/results', { recursive: true });
const json = { machine, rounds: ROUNDS, goals: { cpu: CPU, task: TASK, bytes: BYTES }, results };
await writeFile('bench/results/leader.json', `${JSON.stringify(json, null, 2)}\n`);
await writeFile(
  'bench/results/leader.md',
  [
    '# Leader: one rotation',
    '',
    `A member says goodbye; the leader checks that, makes and signs the Commit and a heartbeat, and seals the new key to everyone`,
    `else. Medians of ${ROUNDS} rounds after five to warm up, by \`node bench/leader.mjs\` on ${machine}. CPU is that of the`,
    `whole process, the platform's threads for signatures and garbage included.`,
    '',
    '| members | CPU ms | goal | wall ms | longest task (CPU ms) | worst of all rounds | goal | bytes per recipient | goal |',
    '|---|---|---|---|---|---|---|---|---|',
    ...results.map(
      (one) =>
        `| ${one.members} | ${one.cpu} | ${CPU[one.members]} | ${one.wall} | ${one.task} | ${one.worst} | ${TASK} | ${one.bytes} | ${BYTES} |`,
    ),
    '',
  ].join('\n'),
);
console.log(JSON.stringify(results, null, 2));
const kept = results.every(({ members, cpu, task, bytes }) => bytes <= BYTES && cpu <= CPU[members] && task <= TASK);
process.exitCode = kept ? 0 : 1;
