import { expect } from 'chai';
import { StateStore, deepFreeze, share } from '../../../src/session/store.js';
import { settle } from './fake-clock.js';
import type { SessionState } from '../../../src/session/types.js';

const initial = {
  phase: 'idle',
  others: [],
  speakers: [],
  room: { name: 'r', locked: false },
} as unknown as SessionState;

describe('the state store', () => {
  it('keeps the reference of the state and of every branch that did not change', () => {
    const store = new StateStore(structuredClone(initial));
    const before = store.state;
    store.update({ others: [], room: { name: 'r', locked: false } as never });
    expect(store.state).to.equal(before);
    store.update({ speakers: ['a'] });
    expect(store.state).to.not.equal(before);
    expect(store.state.room).to.equal(before.room);
    expect(store.state.others).to.equal(before.others);
    store.update({ speakers: ['a', 'b'] });
    expect(store.state.speakers).to.deep.equal(['a', 'b']);
  });

  it('keeps unchanged rows of a list that changed', () => {
    const before = [
      { id: 'a', tags: [1] },
      { id: 'b', tags: [2] },
    ];
    const after = share(before, [
      { id: 'a', tags: [1] },
      { id: 'b', tags: [3] },
      { id: 'c', tags: [] },
    ]);
    expect(after[0]).to.equal(before[0]);
    expect(after[1]).to.not.equal(before[1]);
    expect(after).to.have.length(3);
  });

  it('freezes everything, and its details can be cloned', () => {
    const store = new StateStore(structuredClone(initial));
    store.update({ others: [{ identity: 'a' } as never] });
    expect(() => (store.state.others as unknown as unknown[]).push(1)).to.throw(TypeError);
    expect(() => Object.assign(store.state.others[0] as object, { identity: 'b' })).to.throw(TypeError);
    expect(structuredClone(store.state)).to.deep.equal(store.state);
    expect(Object.isFrozen(deepFreeze({ a: { b: 1 } }).a)).to.equal(true);
  });

  it('tells listeners at most once per task and never inside a call', async () => {
    const store = new StateStore(structuredClone(initial));
    const seen: unknown[] = [];
    store.subscribe((state) => seen.push(state.speakers));
    store.update({ speakers: ['a'] });
    store.update({ speakers: ['b'] });
    expect(seen).to.deep.equal([]);
    await settle();
    expect(seen).to.deep.equal([['b']]);
  });

  it('tells facts in order, after the state they belong to, and goes on when a listener throws', async () => {
    const store = new StateStore(structuredClone(initial));
    const reported = globalThis.reportError;
    const errors: unknown[] = [];
    globalThis.reportError = (error) => void errors.push(error);
    try {
      const seen: string[] = [];
      store.subscribe(() => {
        throw new Error('listener');
      });
      store.subscribe((state) => seen.push(`state ${state.phase}`));
      store.on('joined', ({ identity }) => seen.push(`joined ${identity}`));
      store.on('left', ({ reason }) => seen.push(`left ${reason}`));
      store.update({ phase: 'joined' });
      store.fact('joined', { room: 'r', identity: 'me' });
      store.fact('left', { reason: 'left', canRejoin: true });
      await settle();
      expect(seen).to.deep.equal(['state joined', 'joined me', 'left left']);
      expect(errors).to.have.length(1);
    } finally {
      globalThis.reportError = reported;
    }
  });

  it('stops telling after unsubscribe, also of a function given twice', async () => {
    const store = new StateStore(structuredClone(initial));
    let calls = 0;
    const listener = (): void => void calls++;
    const first = store.subscribe(listener);
    store.subscribe(listener);
    first();
    first();
    store.update({ speakers: ['a'] });
    await settle();
    expect(calls).to.equal(1);
  });
});
