import { expect } from 'chai';
import { sinkIslands } from '../../../src/blur/islands.js';
import { HEIGHT, WIDTH } from '../../../src/blur/size.js';

/** A mask with rectangles of `[x, y, width, height, how sure]`. */
function mask(...boxes: readonly (readonly [number, number, number, number, number])[]): Float32Array {
  const person = new Float32Array(WIDTH * HEIGHT);
  for (const [x, y, width, height, sure] of boxes)
    for (let row = y; row < y + height; row++) person.fill(sure, row * WIDTH + x, row * WIDTH + x + width);
  return person;
}
const PERSON = [50, 40, 80, 104, 1] as const;

describe('islands in what blur takes for a person', () => {
  it('are taken out when they are small and the model is unsure of them', () => {
    const person = mask(PERSON, [200, 10, 20, 30, 0.6]);
    sinkIslands(person);
    expect(person).to.deep.equal(mask(PERSON));
  });

  it('stay when they are another person, or a hand that is surely one', () => {
    const before = mask(PERSON, [180, 80, 40, 64, 0.6], [20, 20, 10, 12, 0.9]);
    const person = before.slice();
    sinkIslands(person);
    expect(person).to.deep.equal(before);
  });

  it('are not what only touches around the border of the picture', () => {
    const person = mask(PERSON, [246, 60, 10, 8, 0.5], [0, 61, 5, 8, 0.5]);
    sinkIslands(person);
    expect(person).to.deep.equal(mask(PERSON));
    expect(() => sinkIslands(mask())).not.to.throw();
  });
});
