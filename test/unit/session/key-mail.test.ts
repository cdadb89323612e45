import { expect } from 'chai';
import type { SecureMeetingError } from '../../../src/base/index.js';
import { KeyMail } from '../../../src/session/key-mail.js';
import { FakeClock } from './fake-clock.js';

const bytes = (length: number, seed = 1): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);

describe('mail of key agreement', () => {
  let clock: FakeClock;
  let sent: Uint8Array[];
  let mail: KeyMail;
  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    mail = new KeyMail(
      clock,
      async (_topic, _to, packet) => void sent.push(packet),
      (_topic, packet) => void sent.push(packet),
    );
  });
  const cut = async (message: Uint8Array): Promise<Uint8Array[]> => {
    sent = [];
    await mail.send(null, message);
    return sent;
  };

  for (const length of [1, 14_999, 15_000, 40_000, 1_000_000])
    it(`brings ${length} bytes over in packets of at most 15 kB, in any order`, async () => {
      const packets = await cut(bytes(length));
      for (const packet of packets) expect(packet.length).to.be.at.most(15_000);
      const got = packets.reverse().map((packet) => mail.receive('ann', packet));
      expect(got.slice(0, -1).every((one) => one === undefined)).to.equal(true);
      expect(got.at(-1)).to.deep.equal(bytes(length));
    });

  it('refuses to send more than a megabyte', async () => {
    const error = await mail.send(null, bytes(1_000_001)).catch((reason: unknown) => reason);
    expect((error as SecureMeetingError).code).to.equal('room-message-too-long');
  });

  it('does not mix senders, and drops a part that comes twice', async () => {
    const [a, b] = (await cut(bytes(20_000))) as [Uint8Array, Uint8Array];
    expect(mail.receive('ann', a)).to.equal(undefined);
    expect(mail.receive('bob', b)).to.equal(undefined);
    expect(mail.receive('ann', a)).to.equal(undefined);
    expect(mail.receive('ann', b)).to.deep.equal(bytes(20_000));
  });

  it('holds two unfinished messages per sender, of 64 senders, for ten seconds', async () => {
    const messages = [];
    for (let i = 0; i < 3; i++) messages.push(await cut(bytes(20_000, i)));
    const [first, second, third] = messages as [Uint8Array, Uint8Array][] as [
      [Uint8Array, Uint8Array],
      [Uint8Array, Uint8Array],
      [Uint8Array, Uint8Array],
    ];
    for (const [head] of [first, second, third]) mail.receive('ann', head);
    expect(mail.receive('ann', third[1]), 'the third was not kept').to.equal(undefined);
    expect(mail.receive('ann', first[1])).to.deep.equal(bytes(20_000, 0));
    for (let i = 0; i < 70; i++) mail.receive(`sender ${i}`, first[0]);
    expect(mail.receive('sender 69', first[1])).to.equal(undefined);
    expect(mail.receive('sender 10', first[1])).to.deep.equal(bytes(20_000, 0));
    clock.advance(10_001);
    expect(mail.receive('ann', second[1]), 'too late').to.equal(undefined);
  });

  it('drops what is malformed', () => {
    for (const bad of [
      [],
      [0],
      [2, 1],
      [1, 0, 0, 0, 1, 0, 0, 0, 1, 9],
      [1, 0, 0, 0, 1, 0, 5, 0, 2, 9],
      [1, 0, 0, 0, 1, 0, 0, 255, 255, 9],
    ])
      expect(mail.receive('ann', Uint8Array.from(bad)), bad.join(' ')).to.equal(undefined);
    expect(mail.receive('ann', new Uint8Array(15_001))).to.equal(undefined);
  });
});
