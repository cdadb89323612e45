import { expect } from 'chai';
import type { Clock } from '../../../src/base/index.js';
import { createMediaClient } from '../../../src/media/index.js';
import { WORKER_PROTOCOL } from '../../../src/media/worker-messages.js';
import { ALICE, baseKey } from '../../support/media-keys.js';

/** Time that the test moves. */
class TestClock implements Clock {
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];
  now = (): number => this.#now;
  wall = (): number => this.#now;
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }
  /** Timers that are due run once each, late or not: a page that slept wakes to one tick, not to hundreds. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { run } of due) run();
    await new Promise((resolve) => setTimeout(resolve));
  }
  get pending(): number {
    return this.#timers.length;
  }
}

interface Asked {
  readonly type: string;
  readonly call: number;
  readonly verb: string;
}

/** A worker that the test plays. */
class FakeWorker extends EventTarget {
  readonly asked: Asked[] = [];
  terminated = false;
  postMessage(message: Asked): void {
    this.asked.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  answerAll(): void {
    for (const { call } of this.asked.splice(0)) this.say({ type: 'done', call, counts: undefined });
  }
}

function setUp() {
  const clock = new TestClock();
  const worker = new FakeWorker();
  const client = createMediaClient({ createWorker: () => worker as unknown as Worker, clock });
  const lost: string[] = [];
  client.on('lost', ({ code }) => lost.push(code));
  return { clock, worker, client, lost };
}
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );

describe('media: the line to the worker', () => {
  it('is ready at the hello of the same protocol, and refuses another', async () => {
    const good = setUp();
    good.worker.say({ type: 'hello', protocol: WORKER_PROTOCOL });
    expect(await codeOf(good.client.ready())).to.equal('done');
    good.client.dispose();
    const bad = setUp();
    bad.worker.say({ type: 'hello', protocol: WORKER_PROTOCOL - 1 });
    expect(await codeOf(bad.client.ready())).to.equal('worker-failed');
    expect(bad.worker.terminated).to.equal(true);
  });

  it('answers a first picture that waits, a turn after the proof was told', async () => {
    const { clock, worker, client } = setUp();
    worker.say({ type: 'hello', protocol: WORKER_PROTOCOL });
    const proofs: string[] = [];
    client.on('proof', ({ identity }) => proofs.push(identity));
    worker.asked.splice(0);
    worker.say({ type: 'event', name: 'proof', detail: { ...ALICE, stream: 'camera', epoch: 1 } });
    worker.say({ type: 'waiting', transform: 4 });
    expect([proofs, worker.asked]).to.deep.equal([['alice'], []]);
    await clock.advance(0);
    expect(worker.asked).to.deep.equal([{ type: 'heard', transform: 4 }]);
    client.dispose();
  });

  it('a script that is not our worker is found out', async () => {
    const { worker, client, lost } = setUp();
    worker.say('hello');
    expect(await codeOf(client.ready())).to.equal('worker-not-found');
    expect(lost).to.deep.equal(['worker-not-found']);
  });

  it('a worker that cannot be made or loaded: worker-not-found, in ready, in lost, and in every verb', async () => {
    const client = createMediaClient({
      createWorker: () => {
        throw new Error('no such file');
      },
    });
    const lost: string[] = [];
    client.on('lost', ({ code }) => lost.push(code));
    expect(await codeOf(client.ready())).to.equal('worker-not-found');
    expect(await codeOf(client.activate(1))).to.equal('worker-not-found');
    expect(lost).to.deep.equal(['worker-not-found']);
    const other = setUp();
    other.worker.dispatchEvent(new Event('error', { cancelable: true }));
    expect(await codeOf(other.client.ready())).to.equal('worker-not-found');
  });

  it('loads too slowly: given up after a quarter of a minute', async () => {
    const { clock, client, lost } = setUp();
    for (let i = 0; i < 15; i++) await clock.advance(1_000);
    expect(lost).to.deep.equal([]);
    await clock.advance(1_000);
    expect(lost).to.deep.equal(['worker-not-found']);
    expect(await codeOf(client.ready())).to.equal('worker-not-found');
    expect(clock.pending).to.equal(0);
  });

  for (const [what, event] of [
    ['an uncaught error', 'error'],
    ['an undecodable message', 'messageerror'],
  ])
    it(`${what} in the worker loses it, once, and rejects what waits`, async () => {
      const { worker, client, lost } = setUp();
      worker.say({ type: 'hello', protocol: WORKER_PROTOCOL });
      const waiting = codeOf(client.setSelf(ALICE));
      worker.dispatchEvent(new Event(event as string, { cancelable: true }));
      worker.dispatchEvent(new Event('error', { cancelable: true }));
      expect(await waiting).to.equal('worker-failed');
      expect(lost).to.deep.equal(['worker-failed']);
      expect(worker.terminated).to.equal(true);
      expect(await codeOf(client.install(1, ALICE, await baseKey(1)))).to.equal('worker-failed');
    });

  it('no answer for five seconds loses it, answers keep it', async () => {
    const { clock, worker, lost } = setUp();
    worker.say({ type: 'hello', protocol: WORKER_PROTOCOL });
    for (let i = 0; i < 20; i++) {
      await clock.advance(1_000);
      worker.answerAll();
    }
    expect(lost).to.deep.equal([]);
    for (let i = 0; i < 5; i++) await clock.advance(1_000);
    expect(lost).to.deep.equal([]);
    await clock.advance(1_000);
    expect(lost).to.deep.equal(['worker-failed']);
  });

  it('a page that was suspended for an hour does not take its worker for dead', async () => {
    const { clock, worker, lost } = setUp();
    worker.say({ type: 'hello', protocol: WORKER_PROTOCOL });
    await clock.advance(1_000);
    await clock.advance(3_600_000);
    await clock.advance(1_000);
    worker.answerAll();
    for (let i = 0; i < 4; i++) await clock.advance(1_000);
    expect(lost).to.deep.equal([]);
  });

  it("passes on the worker's errors, and tells nobody after dispose", async () => {
    const { worker, client, lost, clock } = setUp();
    worker.say({ type: 'hello', protocol: WORKER_PROTOCOL });
    const refused = codeOf(client.activate(3));
    worker.say({ type: 'failed', call: worker.asked.at(-1)?.call, code: 'key-missing' });
    expect(await refused).to.equal('key-missing');
    client.dispose();
    expect(worker.terminated).to.equal(true);
    expect(clock.pending).to.equal(0);
    worker.dispatchEvent(new Event('error', { cancelable: true }));
    expect(lost).to.deep.equal([]);
  });
});
