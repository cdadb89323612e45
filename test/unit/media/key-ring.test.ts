import { expect } from 'chai';
import { KeyRing } from '../../../src/media/key-ring.js';
import { ALICE, BOB, CAROL, baseKey, sender } from '../../support/media-keys.js';

/** The code of the error, or `done`. */
async function outcome(step: () => unknown): Promise<string> {
  try {
    await step();
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

async function ring(): Promise<KeyRing> {
  const keys = new KeyRing();
  keys.setSelf(BOB);
  await keys.install(5, BOB, await baseKey(50));
  await keys.install(5, ALICE, await baseKey(51));
  return keys;
}

describe("media: the worker's keys", () => {
  it('takes each key once; the very same again does nothing', async () => {
    const keys = await ring();
    expect(await keys.install(5, ALICE, await baseKey(51))).to.equal(false);
    expect(await keys.install(6, ALICE, await baseKey(52))).to.equal(true);
  });

  it('refuses a second key for a sender and epoch', async () => {
    const keys = await ring();
    expect(await outcome(async () => keys.install(5, ALICE, await baseKey(99)))).to.equal('key-conflict');
    const otherJoin = sender('alice', 9);
    expect(await outcome(async () => keys.install(5, otherJoin, await baseKey(99)))).to.equal('key-conflict');
    keys.retireSender(ALICE);
    expect(await outcome(async () => keys.install(5, otherJoin, await baseKey(99)))).to.equal('done');
  });

  it('refuses one key for two senders or epochs, and a key of an earlier join: counters would start again', async () => {
    const keys = await ring();
    expect(await outcome(async () => keys.install(5, CAROL, await baseKey(51)))).to.equal('key-reused');
    expect(await outcome(async () => keys.install(6, ALICE, await baseKey(51)))).to.equal('key-reused');
    keys.setSelf(sender('bob', 8));
    expect(await outcome(async () => keys.install(5, sender('bob', 8), await baseKey(50)))).to.equal('key-reused');
  });

  it('refuses epochs that are none or were retired, and the same sender again', async () => {
    const keys = await ring();
    for (const epoch of [-1, 0.5, NaN, 2 ** 32]) {
      expect(await outcome(async () => keys.install(epoch, CAROL, await baseKey(60)))).to.equal('key-order');
    }
    keys.retire(5, ALICE);
    expect(await outcome(async () => keys.install(5, ALICE, await baseKey(51)))).to.equal('key-order');
    keys.retire(5);
    expect(await outcome(async () => keys.install(5, CAROL, await baseKey(61)))).to.equal('key-order');
    expect(keys.opening('alice', 5, 0)).to.equal(undefined);
  });

  it('activates only our own installed key, and never goes back within a join', async () => {
    const keys = await ring();
    expect(await outcome(() => keys.activate(6))).to.equal('key-missing');
    keys.activate(5);
    await keys.install(7, BOB, await baseKey(70));
    keys.activate(7);
    expect(await outcome(() => keys.activate(5))).to.equal('key-order');
    keys.pause();
    expect(keys.sealing(0)).to.equal(undefined);
    keys.activate(7);
    expect(keys.sealing(0)?.epoch).to.equal(7);
    const next = sender('bob', 8);
    keys.setSelf(next);
    await keys.install(1, next, await baseKey(80));
    expect(await outcome(() => keys.activate(1)), 'a new join begins anew').to.equal('done');
    // Somebody else's key for our identity is not ours.
    keys.setSelf(BOB);
    await keys.install(9, sender('bob', 7), await baseKey(90));
    expect(await outcome(() => keys.activate(9))).to.equal('key-missing');
  });

  it('retires at once: our active key, an epoch, a sender, everything', async () => {
    const keys = await ring();
    keys.activate(5);
    keys.retire(5, BOB);
    expect(keys.sealing(0)).to.equal(undefined);
    const alices = keys.opening('alice', 5, 0);
    keys.setSelf(BOB);
    expect(alices?.retired).to.equal(true);
    expect(alices?.secrets).to.equal(undefined);
    expect(keys.opening('alice', 5, 0)).to.equal(undefined);
    keys.retire(77);
    keys.retireSender(CAROL);
  });

  it('refuses what is no base key', async () => {
    const keys = await ring();
    const aes = await crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', false, ['encrypt']);
    expect(await outcome(() => keys.install(6, CAROL, aes))).to.not.equal('done');
    expect(keys.opening('carol', 6, 0)).to.equal(undefined);
  });
});
