import { expect } from 'chai';
import fc from 'fast-check';
import { ReplayWindow, WINDOW } from '../../../src/crypto/sframe-window.js';

/** The rule in its plainest form. */
class Model {
  readonly #seen = new Set<number>();
  #highest = -1;
  accept(ctr: number): boolean {
    if (this.#seen.has(ctr) || ctr <= this.#highest - WINDOW) return false;
    this.#seen.add(ctr);
    this.#highest = Math.max(this.#highest, ctr);
    return true;
  }
}

describe('media: replay window', () => {
  it('accepts what the plain rule accepts, and nothing else', () => {
    const step = fc.oneof(
      fc.integer({ min: -40, max: 40 }),
      fc.integer({ min: -1_100, max: 1_100 }),
      fc.integer({ min: 0, max: 5_000 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const window = new ReplayWindow();
        const model = new Model();
        let at = 2_000;
        for (const by of steps) {
          at = Math.max(0, at + by);
          const refused = window.refuses(at);
          const accepted = window.accept(at);
          expect(accepted, `counter ${at}`).to.equal(model.accept(at));
          expect(refused).to.equal(!accepted);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('holds at both edges and over large jumps', () => {
    const window = new ReplayWindow();
    expect(window.accept(0)).to.equal(true);
    expect(window.accept(0)).to.equal(false);
    expect(window.accept(WINDOW)).to.equal(true);
    expect(window.accept(0), 'left of the window').to.equal(false);
    expect(window.accept(1), 'its last place').to.equal(true);
    expect(window.accept(2 ** 32 - 1)).to.equal(true);
    expect(window.accept(2 ** 32 - WINDOW)).to.equal(true);
    expect(window.accept(2 ** 32 - 1 - WINDOW)).to.equal(false);
  });
});
