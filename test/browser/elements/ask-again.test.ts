import { expect } from 'chai';
import { askingAgain } from '../../../src/elements/live/ask-again.js';

describe('a module that was lost', () => {
  const address = `${location.origin}/node_modules/lit/index.js`;
  const asked = (): number =>
    performance.getEntriesByType('resource').filter(({ name }) => name.startsWith(`${address}?again=`)).length;
  /** Fails as browsers do, always. */
  const lost = (calls: number[]) => (): Promise<never> => {
    calls.push(1);
    return Promise.reject(new TypeError(`Failed to fetch dynamically imported module: ${address}`));
  };
  const outcome = (load: () => Promise<unknown>): Promise<string> =>
    load().then(
      () => 'loaded',
      () => 'lost',
    );
  beforeEach(() => performance.clearResourceTimings());
  afterEach(() => document.querySelectorAll('script[type=importmap]').forEach((map) => map.remove()));

  it('is asked for by another address the next time, by all who wait at once', async () => {
    const calls: number[] = [];
    const load = askingAgain(lost(calls));
    expect(await Promise.all([outcome(load), outcome(load)])).to.deep.equal(['lost', 'lost']);
    expect(calls.length).to.equal(1);
    expect(await outcome(load)).to.equal('loaded');
    expect([calls.length, asked()]).to.deep.equal([1, 1]);
  });

  it('is asked for by no other address where the page pins modules by theirs', async () => {
    const map = document.createElement('script');
    map.type = 'importmap';
    map.textContent = JSON.stringify({ integrity: {} });
    document.head.append(map);
    const calls: number[] = [];
    const load = askingAgain(lost(calls));
    for (let time = 0; time < 2; time++) expect(await outcome(load)).to.equal('lost');
    expect([calls.length, asked()]).to.deep.equal([2, 0]);
  });

  it('is asked for again as it was where the browser does not name it', async () => {
    let calls = 0;
    const load = askingAgain(() =>
      calls++ ? Promise.resolve({ tags: {} }) : Promise.reject(new TypeError('Importing failed.')),
    );
    expect([await outcome(load), await outcome(load)]).to.deep.equal(['lost', 'loaded']);
  });
});
