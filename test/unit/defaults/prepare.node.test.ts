import { expect } from 'chai';
import { prepare, takeSpare } from '../../../src/defaults/prepare.js';

type World = { Worker?: unknown; document?: unknown; requestIdleCallback?: unknown };

class FakeWorker extends EventTarget {
  static readonly all: FakeWorker[] = [];
  readonly address: string;
  ended = false;
  constructor(address: string) {
    super();
    this.address = address;
    FakeWorker.all.push(this);
  }
  postMessage(): void {}
  terminate(): void {
    this.ended = true;
  }
}

describe('what a join needs, prepared before it', () => {
  const world = globalThis as unknown as World;
  const options = { workerSrc: '/w.js' };
  before(() => {
    world.Worker = FakeWorker;
    world.document = { baseURI: 'https://site.example/' };
  });
  after(() => {
    delete world.Worker;
    delete world.document;
  });
  afterEach(async () => {
    (await prepare({ encryption: 'off' }))();
    FakeWorker.all.length = 0;
  });
  const ended = (): boolean[] => FakeWorker.all.map((worker) => worker.ended);

  it('what a join computes runs once in idle moments before it, a piece in each; for a meeting in clear none does', async () => {
    const idle: (() => void)[] = [];
    world.requestIdleCallback = (run: () => void) => idle.push(run);
    try {
      await prepare({ ...options, encryption: 'off' });
      expect(idle).to.have.length(0);
      await prepare({ ...options, keyProvider: 'passphrase' });
      expect(idle, 'SHA-2 and Ed25519').to.have.length(2);
      await prepare({ ...options, keyProvider: 'leader' });
      for (let turns = 0; idle.length < 3 && turns < 400; turns++)
        await new Promise((resolve) => setTimeout(resolve, 5));
      expect(idle, 'and SHA-3 for X-Wing').to.have.length(3);
      await prepare(options);
      for (const run of idle) run();
      expect(idle, 'once').to.have.length(3);
    } finally {
      delete world.requestIdleCallback;
    }
  });

  it('one worker, however often, which the next session with the same address takes', async () => {
    await prepare(options);
    const release = await prepare(options);
    expect(FakeWorker.all.map(({ address }) => address)).to.deep.equal(['https://site.example/w.js']);
    expect(takeSpare({ workerSrc: '/other.js' }), 'another worker is not what that page asked for').to.equal(undefined);
    const taken = takeSpare(options);
    expect(taken).not.to.equal(undefined);
    expect(takeSpare(options), 'a worker serves one session').to.equal(undefined);
    release();
    expect(ended(), 'what a session has is not ours to end').to.deep.equal([false]);
    taken?.dispose();
    expect(ended()).to.deep.equal([true]);
  });

  it('ends when nobody joins, and when the page names another worker', async () => {
    await prepare(options);
    const release = await prepare({ workerSrc: '/new.js' });
    expect(ended()).to.deep.equal([true, false]);
    release();
    expect(ended()).to.deep.equal([true, true]);
    expect(takeSpare({ workerSrc: '/new.js' })).to.equal(undefined);
  });

  it('a worker that could not be started is none: the join starts its own, and tells', async () => {
    await prepare(options);
    FakeWorker.all[0]?.dispatchEvent(new Event('error'));
    expect(takeSpare(options)).to.equal(undefined);
    expect(ended()).to.deep.equal([true]);
    await prepare({ workerSrc: 'https://' });
    await new Promise((resolve) => setTimeout(resolve));
    expect(takeSpare({ workerSrc: 'https://' })).to.equal(undefined);
  });

  it('a join that was faster has its own: none is started beside it', async () => {
    const preparing = prepare(options);
    expect(takeSpare(options)).to.equal(undefined);
    await preparing;
    expect(FakeWorker.all).to.deep.equal([]);
  });

  it('a meeting without E2EE has no worker', async () => {
    await prepare({ ...options, encryption: 'off' });
    expect(FakeWorker.all).to.deep.equal([]);
  });
});
