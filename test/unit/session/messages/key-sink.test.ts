import { expect } from 'chai';
import { SecureMeetingError } from '../../../../src/base/index.js';
import { importSecret } from '../../../../src/crypto/index.js';
import type { Sender, SenderKeys } from '../../../../src/keys/index.js';
import { MeetingKeySink, type KeyTarget } from '../../../../src/session/key-sink.js';

class Target implements KeyTarget {
  readonly told: string[] = [];
  readonly calls: string[] = [];
  readonly keys: CryptoKey[] = [];
  fails = false;
  /** What an answer waits for. */
  answer = Promise.resolve();
  async #note(call: string): Promise<void> {
    this.told.push(call);
    await this.answer;
    if (this.fails) throw new SecureMeetingError('worker-failed');
    this.calls.push(call);
  }
  setSelf = (self: Sender): Promise<void> => this.#note(`self ${self.identity}`);
  install = (epoch: number, sender: Sender, key: CryptoKey): Promise<void> => {
    this.keys.push(key);
    return this.#note(`install ${epoch} ${sender.identity}`);
  };
  activate = (epoch: number): Promise<void> => this.#note(`activate ${epoch}`);
  pause = (): Promise<void> => this.#note('pause');
  retire = (epoch: number, sender?: Sender): Promise<void> =>
    this.#note(`retire ${epoch} ${sender?.identity ?? 'all'}`);
  retireSender = (sender: Sender): Promise<void> => this.#note(`retire ${sender.identity}`);
}

const sender = (identity: string, fill = 1): Sender => ({ identity, binding: new Uint8Array(32).fill(fill) });
let counter = 0;
const key = (): Uint8Array => new Uint8Array(32).map((_, i) => (i < 4 ? (++counter >> (8 * i)) & 0xff : 7));
const keys = (): SenderKeys => ({ media: key(), message: key() });
const copy = (from: SenderKeys): SenderKeys => ({
  media: (from.media as Uint8Array).slice(),
  message: (from.message as Uint8Array).slice(),
});
const codeOf = (promise: Promise<void>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof SecureMeetingError ? error.code : String(error)),
  );

const until = async (condition: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 1_000 && !condition(); turn++) await new Promise((resolve) => setTimeout(resolve));
};

describe('the key sink', () => {
  let media: Target;
  let messages: Target;
  let sink: MeetingKeySink;
  const me = sender('me', 9);
  const ann = sender('ann');

  beforeEach(async () => {
    media = new Target();
    messages = new Target();
    sink = new MeetingKeySink({ media: () => media, messages });
    await sink.rejoin(me);
  });

  it('hands each half to its target only, as a key that can’t be read, and overwrites the bytes', async () => {
    const given = keys();
    await sink.install(1, ann, given);
    expect([...(given.media as Uint8Array), ...(given.message as Uint8Array)].every((byte) => byte === 0)).to.equal(
      true,
    );
    for (const target of [media, messages]) {
      expect(target.keys.length).to.equal(1);
      expect(target.keys[0]!.extractable).to.equal(false);
    }
    expect(media.keys[0]).not.to.equal(messages.keys[0]);
  });

  it('tells the worker in order, and nobody waits for its answer to another', async () => {
    let answer: () => void = () => undefined;
    media.answer = new Promise((resolve) => (answer = resolve));
    let done = 0;
    const all = [sink.install(1, me, keys()), sink.install(1, ann, keys()), sink.activate(1)];
    for (const each of all) void each.then(() => done++);
    await until(() => media.told.includes('activate 1'));
    expect(media.told).to.deep.equal(['self me', 'install 1 me', 'install 1 ann', 'activate 1']);
    // Nothing is said to be in force that the worker has not confirmed.
    expect(messages.calls).to.include('activate 1');
    expect(done).to.equal(0);
    answer();
    await Promise.all(all);
    expect(done).to.equal(3);
  });

  it('applies everything in the order it was called', async () => {
    void sink.install(1, me, keys());
    void sink.install(1, ann, keys());
    void sink.activate(1);
    void sink.retire(1, ann);
    await sink.pause();
    expect(media.calls).to.deep.equal([
      'self me',
      'install 1 me',
      'install 1 ann',
      'activate 1',
      'retire 1 ann',
      'pause',
    ]);
    expect(messages.calls).to.deep.equal(media.calls);
  });

  it('refuses a second key for one epoch and sender, and does nothing for the same again', async () => {
    const first = keys();
    const again = copy(first);
    await sink.install(1, ann, first);
    expect(await codeOf(sink.install(1, ann, again))).to.equal(undefined);
    expect(media.calls.filter((call) => call.startsWith('install')).length).to.equal(1);
    const other = keys();
    expect(await codeOf(sink.install(1, ann, other))).to.equal('key-conflict');
    expect(
      (other.media as Uint8Array).every((byte) => byte === 0),
      'overwritten though refused',
    ).to.equal(true);
    expect(await codeOf(sink.install(1, sender('ann', 2), keys())), 'another binding, same epoch').to.equal(
      'key-conflict',
    );
    await sink.retireSender(ann);
    expect(await codeOf(sink.install(1, sender('ann', 2), keys()))).to.equal(undefined);
  });

  it('refuses one key under two names, as bytes or as a CryptoKey, retired or from before a re-join', async () => {
    const used = keys();
    const bytes = copy(used);
    await sink.install(1, ann, used);
    expect(await codeOf(sink.install(2, ann, copy(bytes)))).to.equal('key-reused');
    expect(await codeOf(sink.install(1, sender('bob', 3), copy(bytes)))).to.equal('key-reused');
    const asKey = await importSecret(bytes.media as Uint8Array);
    expect(await codeOf(sink.install(2, ann, { media: asKey, message: key() }))).to.equal('key-reused');
    expect(await codeOf(sink.install(2, ann, { media: key(), message: asKey })), 'as the other half').to.equal(
      'key-reused',
    );
    const one = key();
    expect(await codeOf(sink.install(2, ann, { media: one, message: one.slice() })), 'both halves').to.equal(
      'key-reused',
    );
    await sink.retire(1, ann);
    expect(await codeOf(sink.install(1, ann, copy(bytes)))).to.equal('key-reused');
    await sink.rejoin(sender('me', 10));
    expect(await codeOf(sink.install(1, ann, copy(bytes)))).to.equal('key-reused');
  });

  it('activates only what is installed for us, and never goes back within a join', async () => {
    expect(await codeOf(sink.activate(1))).to.equal('key-missing');
    await sink.install(1, ann, keys());
    expect(await codeOf(sink.activate(1))).to.equal('key-missing');
    await sink.install(5, me, keys());
    await sink.install(4, me, keys());
    await sink.activate(5);
    expect(await codeOf(sink.activate(4))).to.equal('key-order');
    await sink.rejoin(sender('me', 10));
    await sink.install(4, sender('me', 10), keys());
    expect(await codeOf(sink.activate(4))).to.equal(undefined);
  });

  it('takes no epoch that was retired, is no integer, or is 2³² or more', async () => {
    await sink.install(3, ann, keys());
    await sink.retire(3);
    expect(await codeOf(sink.install(3, sender('bob', 2), keys()))).to.equal('key-order');
    for (const epoch of [-1, 1.5, 2 ** 32, Number.NaN])
      expect(await codeOf(sink.install(epoch, ann, keys()))).to.equal('key-order');
    expect(await codeOf(sink.install(2 ** 32 - 1, ann, keys()))).to.equal(undefined);
  });

  it('takes no short key and no readable or foreign CryptoKey', async () => {
    expect(await codeOf(sink.install(1, ann, { media: key().slice(1), message: key() }))).to.equal(
      'key-provider-failed',
    );
    const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    expect(await codeOf(sink.install(1, ann, { media: aes, message: key() }))).to.equal('key-provider-failed');
    expect(await codeOf(sink.install(1, { identity: 'x', binding: new Uint8Array(16) }, keys()))).to.equal(
      'key-provider-failed',
    );
  });

  it('retires message keys even when the worker is dead, and goes on with a new one', async () => {
    await sink.install(1, me, keys());
    media.fails = true;
    expect(await codeOf(sink.retireSender(me))).to.equal('worker-failed');
    expect(messages.calls.at(-1)).to.equal('retire me');
    media = new Target();
    await sink.rejoin(sender('me', 10));
    expect(media.calls).to.deep.equal(['self me']);
  });
});
