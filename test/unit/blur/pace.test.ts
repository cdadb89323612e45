import { expect } from 'chai';
import { Pace } from '../../../src/blur/pace.js';

/** Whether blur gives up within so many frames of this kind. */
function givesUp(pace: Pace, frames: number, waited: number, busy: number): boolean {
  for (let frame = 0; frame < frames; frame++) if (pace.painted(waited, busy)) return true;
  return false;
}

describe('the pace of blur', () => {
  it('gives up below 12 frames a second for 5 seconds, and not before', () => {
    expect(givesUp(new Pace(), 49, 0, 100), '4.9 s at 10 a second').to.equal(false);
    expect(givesUp(new Pace(), 51, 0, 100), '5.1 s of them').to.equal(true);
    expect(givesUp(new Pace(), 1_000, 0, 80), '12.5 a second').to.equal(false);
  });

  it('does not count a camera that gives less, or a hidden page', () => {
    expect(givesUp(new Pace(), 1_000, 80, 20), 'a camera with 10 frames a second').to.equal(false);
    expect(givesUp(new Pace(), 1_000, 15, 85), 'nearly as slow as the camera').to.equal(false);
    expect(givesUp(new Pace(), 1_000, 980, 20), 'a page that is shown a frame a second').to.equal(false);
  });

  it('begins anew after a second that was fast enough', () => {
    const pace = new Pace();
    for (let round = 0; round < 10; round++) {
      expect(givesUp(pace, 40, 0, 100)).to.equal(false);
      expect(givesUp(pace, 40, 20, 20)).to.equal(false);
    }
  });

  it('takes a machine that slept for one slow second, not for an hour of them', () => {
    const pace = new Pace();
    expect(givesUp(pace, 1, 0, 3_600_000)).to.equal(false);
    expect(givesUp(pace, 1_000, 10, 30)).to.equal(false);
  });
});
