import { expect } from 'chai';
import { createMediaClient } from '../../../src/media/index.js';
import type { MediaClient, MediaCounts, ReceiverBinding, Stream } from '../../../src/media/index.js';
import { ALICE, BOB, baseKey, Loopback, makeWorker, pause, Puppet, record, until } from '../../support/loopback.js';

const CAROL = { identity: 'carol', binding: new Uint8Array(32).fill(3) };

/** Bob's side, with Alice's key of epoch 1 and Carol's. */
async function receiving(): Promise<{ bob: MediaClient; events: ReturnType<typeof record> }> {
  const bob = createMediaClient({ createWorker: makeWorker });
  const events = record(bob);
  await bob.ready();
  await bob.setSelf(BOB);
  await bob.install(1, ALICE, await baseKey(7));
  await bob.install(1, CAROL, await baseKey(8));
  return { bob, events };
}

const lineOf = async (bob: MediaClient, { identity, stream }: ReceiverBinding): Promise<MediaCounts | undefined> =>
  (await bob.counts()).find((line) => line.direction === 'in' && line.identity === identity && line.stream === stream);

async function arrived(bob: MediaClient): Promise<number> {
  return (await bob.counts()).reduce((sum, { opened, dropped }) => sum + opened + total(dropped), 0);
}
const total = (dropped: MediaCounts['dropped']): number => Object.values(dropped).reduce((a, b) => a + b, 0);

/** One video stream from a puppet that is Alice to Bob, who takes it for `bound`. */
async function scene(bound: ReceiverBinding, as: Stream = 'camera') {
  const puppet = await Puppet.make(ALICE, 1, 7);
  const { bob, events } = await receiving();
  const loopback = new Loopback((receiver) => bob.bindReceiver(receiver, bound));
  const { sender } = await loopback.publish('video', { codec: 'video/VP8' });
  const act = puppet.attach(sender, as);
  await loopback.negotiate();
  return {
    puppet,
    bob,
    events,
    loopback,
    act,
    line: () => lineOf(bob, bound),
    decoded: () => loopback.decoded(loopback.receivers[0] as RTCRtpReceiver),
    async more(frames: number): Promise<void> {
      const before = await arrived(bob);
      await until(async () => (await arrived(bob)) >= before + frames, `${frames} more frames`);
    },
    end(): void {
      bob.dispose();
      puppet.end();
      loopback.close();
    },
  };
}
const CAMERA: ReceiverBinding = { identity: 'alice', stream: 'camera' };

describe('media: attacks over real peer connections', () => {
  it('plaintext before the first sealed frame and after it is not decoded, and named', async () => {
    const { act, more, decoded, events, line, end } = await scene(CAMERA);
    try {
      act('plaintext');
      await more(40);
      expect(await decoded()).to.equal(0);
      act('honest');
      await until(async () => (await decoded()) > 5, 'honest frames decoded');
      act('plaintext');
      await more(3);
      const opened = (await line())?.opened;
      await more(40);
      expect((await line())?.opened).to.equal(opened);
      expect(events.violation.map(({ code }) => code)).to.include('plaintext');
    } finally {
      end();
    }
  });

  it('recorded frames sent again open nothing, at once and into a second track of the stream', async () => {
    const { puppet, act, more, line, events, loopback, end } = await scene(CAMERA);
    try {
      act('honest');
      await more(30);
      act('replay');
      await more(5);
      const opened = (await line())?.opened as number;
      expect(opened).to.be.greaterThan(20);
      await until(async () => events.violation.some(({ code }) => code === 'replay'), 'the recording is named');
      expect((await line())?.opened).to.equal(opened);
      act('silent');
      const { sender } = await loopback.publish('video', { codec: 'video/VP8' });
      const second = puppet.attach(sender, 'camera');
      await loopback.negotiate();
      second('replay');
      await more(60);
      expect((await line())?.opened).to.equal(opened);
      second('honest');
      await until(async () => ((await line())?.opened as number) > opened + 10, 'the second track goes on counting');
    } finally {
      end();
    }
  });

  it('a camera fed into the screen share is not decoded', async () => {
    const { act, more, decoded, events, line, end } = await scene({ identity: 'alice', stream: 'screen' }, 'camera');
    try {
      act('honest');
      await more(30);
      expect(await decoded()).to.equal(0);
      expect((await line())?.opened).to.equal(0);
      expect(events.violation.map(({ code }) => code)).to.deep.equal(['foreign']);
    } finally {
      end();
    }
  });

  it("Alice's frames shown as Carol's are not decoded", async () => {
    const { act, more, decoded, events, end } = await scene({ identity: 'carol', stream: 'camera' });
    try {
      act('honest');
      await more(30);
      expect(await decoded()).to.equal(0);
      expect(events.violation.map(({ code, identity }) => [code, identity])).to.deep.equal([['forged', 'carol']]);
    } finally {
      end();
    }
  });

  it('noise, truncated and flipped frames are dropped, and the next good one plays', async () => {
    const { act, more, decoded, line, end } = await scene(CAMERA);
    try {
      for (const mode of ['noise', 'truncated', 'flipped'] as const) {
        act(mode);
        await more(40);
        expect((await line())?.opened ?? 0, mode).to.equal(0);
      }
      act('honest');
      await until(async () => (await decoded()) > 5, 'honest frames decoded');
    } finally {
      end();
    }
  });

  it('a new worker in a new join opens nothing that was recorded under the keys of the one before', async () => {
    const first = await scene(CAMERA);
    const bob = createMediaClient({ createWorker: makeWorker });
    const loopback = new Loopback((receiver) => bob.bindReceiver(receiver, CAMERA));
    try {
      first.act('honest');
      await first.more(30);
      first.bob.dispose();
      await bob.ready();
      await bob.setSelf({ identity: 'bob', binding: new Uint8Array(32).fill(22) });
      await bob.install(2, ALICE, await baseKey(9));
      const { sender } = await loopback.publish('video', { codec: 'video/VP8' });
      const act = first.puppet.attach(sender, 'camera');
      await loopback.negotiate();
      act('replay');
      await until(async () => (await arrived(bob)) > 40, 'recorded frames arrive');
      expect((await lineOf(bob, CAMERA))?.opened).to.equal(0);
      expect(await loopback.decoded(loopback.receivers[0] as RTCRtpReceiver)).to.equal(0);
    } finally {
      bob.dispose();
      loopback.close();
      first.end();
    }
  });

  it('a receiver set free, and one that was never bound, decode nothing', async () => {
    const { act, more, decoded, bob, loopback, end } = await scene(CAMERA);
    try {
      act('honest');
      await until(async () => (await decoded()) > 5, 'honest frames decoded');
      bob.bindReceiver(loopback.receivers[0] as RTCRtpReceiver, null);
      await more(5);
      const before = await decoded();
      await more(30);
      expect((await decoded()) - before).to.be.lessThan(5);
      act('plaintext');
      await more(30);
      expect((await decoded()) - before).to.be.lessThan(5);
    } finally {
      end();
    }
  });
});

describe('media: the sending worker dies', () => {
  /** The far side has no transform at all: it would decode what comes in clear. */
  async function sending() {
    const workers: Worker[] = [];
    const alice = createMediaClient({
      createWorker: () => {
        const worker = makeWorker();
        workers.push(worker);
        return worker;
      },
    });
    const events = record(alice);
    await alice.ready();
    await alice.setSelf(ALICE);
    await alice.install(1, ALICE, await baseKey(7));
    await alice.activate(1);
    const loopback = new Loopback(() => undefined, {});
    // Nothing of VP9 is clear. A VP8 decoder takes a sealed key frame's clear header and shows noise.
    const { sender } = await loopback.publish('video', { codec: 'video/VP9' });
    alice.bindSender(sender, { stream: 'camera' });
    await loopback.negotiate();
    const receiver = loopback.receivers[0] as RTCRtpReceiver;
    await until(async () => (await loopback.packets(receiver)) > 30, 'sealed packets arrive');
    expect(await loopback.decoded(receiver), 'sealed frames are no pictures').to.equal(0);
    return { alice, events, loopback, sender, receiver, worker: workers[0] as Worker };
  }

  it('killed: nothing leaves from that moment, it is noticed within seconds and the sender stopped in that turn', async () => {
    const { alice, events, loopback, sender, receiver, worker } = await sending();
    try {
      let atLoss: MediaStreamTrack | null | undefined;
      alice.on('lost', () => (atLoss = sender.track));
      worker.terminate();
      await pause(300);
      const packets = await loopback.packets(receiver);
      await until(() => events.lost.length > 0, 'lost', 9_000);
      expect(events.lost).to.deep.equal([{ code: 'worker-failed' }]);
      await pause(300);
      expect(await loopback.packets(receiver), 'packets after the kill').to.equal(packets);
      expect(await loopback.decoded(receiver)).to.equal(0);
      await until(() => sender.track === null, 'the track is taken away');
      expect(atLoss).to.not.equal(undefined);
    } finally {
      alice.dispose();
      loopback.close();
    }
  });

  it('an error in it: lost in the same turn, and a track put back on the sender still does not leave', async () => {
    const { alice, events, loopback, sender, receiver, worker } = await sending();
    try {
      worker.dispatchEvent(new Event('error', { cancelable: true }));
      expect(events.lost).to.deep.equal([{ code: 'worker-failed' }]);
      await until(() => sender.track === null, 'the track is taken away');
      await pause(200);
      const packets = await loopback.packets(receiver);
      await sender.replaceTrack(await loopback.track('video'));
      await pause(700);
      expect(await loopback.packets(receiver)).to.equal(packets);
      expect(await loopback.decoded(receiver)).to.equal(0);
      expect(() => alice.bindSender(sender, { stream: 'camera' }))
        .to.throw()
        .with.property('code', 'worker-failed');
    } finally {
      alice.dispose();
      loopback.close();
    }
  });

  it('disposed: nothing leaves', async () => {
    const { alice, loopback, receiver } = await sending();
    try {
      alice.dispose();
      await pause(300);
      const packets = await loopback.packets(receiver);
      await pause(500);
      expect(await loopback.packets(receiver)).to.equal(packets);
      expect(await loopback.decoded(receiver)).to.equal(0);
    } finally {
      loopback.close();
    }
  });
});

describe('media: one stream, several senders', () => {
  it('republishing goes on counting: nothing honest is dropped, nothing comes twice', async () => {
    const alice = createMediaClient({ createWorker: makeWorker });
    const { bob, events } = await receiving();
    const loopback = new Loopback((receiver) => bob.bindReceiver(receiver, CAMERA));
    try {
      await alice.ready();
      await alice.setSelf(ALICE);
      await alice.install(1, ALICE, await baseKey(7));
      await alice.activate(1);
      const opened = async (): Promise<number> => (await lineOf(bob, CAMERA))?.opened ?? 0;
      const first = await loopback.publish('video', { codec: 'video/VP8' });
      alice.bindSender(first.sender, { stream: 'camera' });
      await loopback.negotiate();
      await until(async () => (await opened()) > 20, 'first sender');
      alice.bindSender(first.sender, null);
      first.transceiver.stop();
      const second = await loopback.publish('video', { codec: 'video/VP8' });
      alice.bindSender(second.sender, { stream: 'camera' });
      await loopback.negotiate();
      const before = await opened();
      await until(async () => (await opened()) > before + 20, 'second sender');
      expect(events.violation).to.deep.equal([]);
      expect((await lineOf(bob, CAMERA))?.dropped.replay).to.equal(undefined);
    } finally {
      alice.dispose();
      bob.dispose();
      loopback.close();
    }
  });
});
