import { expect } from 'chai';
import { HeldFrames } from '../../../src/media/held-frames.js';

interface Frame {
  readonly data: ArrayBuffer;
  readonly type?: string;
}

describe('media: frames that wait for their key', () => {
  let now = 0;
  const frame = (type?: string, length = 100): Frame => ({ data: new ArrayBuffer(length), ...(type && { type }) });
  const held = (): HeldFrames<Frame> => new HeldFrames<Frame>(() => now);

  it('are the latest key frame and what follows it, in order, and are given back once', () => {
    const waiting = held();
    const frames = [frame('key'), frame('delta'), frame('key'), frame('delta'), frame('delta')];
    for (const one of frames) waiting.add(one);
    expect(waiting.empty).to.equal(false);
    expect(waiting.take()).to.deep.equal(frames.slice(2));
    expect(waiting.empty).to.equal(true);
    expect(waiting.take()).to.deep.equal([]);
  });

  it('are never sound, and never begin in the middle', () => {
    const waiting = held();
    for (const one of [frame(), frame('delta'), frame('empty')]) waiting.add(one);
    expect(waiting.empty).to.equal(true);
  });

  it('wait for a second at most, also when they are put back', () => {
    const waiting = held();
    const key = frame('key');
    waiting.add(key);
    now += 900;
    expect(waiting.take()).to.deep.equal([key]);
    waiting.add(key);
    now += 200;
    expect(waiting.empty).to.equal(true);
    expect(waiting.take()).to.deep.equal([]);
  });

  it('are let go when they are many or large', () => {
    const waiting = held();
    waiting.add(frame('key'));
    for (let i = 0; i < 64; i++) waiting.add(frame('delta'));
    expect(waiting.empty, 'too many').to.equal(true);
    waiting.add(frame('key', 600_000));
    waiting.add(frame('delta', 600_000));
    expect(waiting.empty, 'too large').to.equal(true);
  });
});
