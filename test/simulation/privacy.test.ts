/** What the server and uninvited listeners learn from key agreement. Titles are the threat list's. */
import { expect } from 'chai';
import { toHex, type Bytes } from '../../src/base/index.js';
import { createIdentityKey } from '../../src/crypto/index.js';
import { realPrimitives } from '../../src/keys/leader/real.js';
import type { Packet } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

const identityKey = (seed: Bytes): ReturnType<typeof createIdentityKey> => createIdentityKey({ seed });
const primitives = { ...realPrimitives(), securityCode: async () => ['0', '0', '0', '0', '0', '0'] as const };
const fine = (m: LeaderMeeting): void => void expect(m.violations).to.deep.equal([]);

/** Everything of `size` bytes that occurs in these packets, in hexadecimal. */
function windows(packets: readonly Packet[], size: number): Set<string> {
  const found = new Set<string>();
  for (const { bytes } of packets) {
    const hex = toHex(bytes);
    for (let at = 0; at + size <= bytes.length; at++) found.add(hex.slice(2 * at, 2 * (at + size)));
  }
  return found;
}

describe('leader, privacy', () => {
  it('same device in two meetings: nothing in sm/keys links them', async function (this: {
    timeout?(ms: number): void;
  }) {
    this.timeout?.(120_000);
    const sent: Packet[][] = [];
    // One device, one storage; the names it goes by are the backend's and the participant's own choice.
    for (const [meeting, identity] of [
      ['monday', 'p-8f31'],
      ['tuesday', 'p-c07a'],
    ] as const) {
      const m = new LeaderMeeting(meeting, { primitives, identityKey });
      const ann = await m.enter(`ann of ${meeting}`);
      await m.sim.run(300);
      m.recording = [];
      const device = await m.enter(identity, { name: meeting });
      await m.agree([ann, device]);
      await m.worker(device);
      await m.agree([ann, device]);
      await m.sim.run(12_000);
      await m.leave(device);
      sent.push(m.recording.filter((packet) => packet.from === identity));
      fine(m);
    }
    expect(sent[0]!.length).to.be.greaterThan(5);
    const [monday, tuesday] = sent.map((packets) => windows(packets, 12));
    const common = [...monday!].filter((window) => tuesday!.has(window) && !/^(00)*..(00)*$/.test(window));
    // What remains is the form of the messages: the meeting's name and the shape of maps, no value of the device's own.
    const known = toHex(new TextEncoder().encode('simulated'));
    expect(
      common.filter((window) => !known.includes(window.slice(8, 16)) && !window.includes(known.slice(0, 12))),
    ).to.deep.equal([]);
  });

  it('hidden participant and waiting one record everything: no key', async function (this: {
    timeout?(ms: number): void;
  }) {
    this.timeout?.(120_000);
    const m = new LeaderMeeting('recorders', { primitives, identityKey });
    const heard: string[] = [];
    m.server = (packet) => {
      heard.push(toHex(packet.bytes)); // a hidden participant is sent all that the others are
      return undefined;
    };
    const [ann, bob] = await m.gather('ann', 'bob');
    await m.act(ann!, { type: 'waiting-room-on' });
    await m.sim.run(500);
    const cleo = await m.enter('cleo');
    await m.sim.until(() => cleo.state === 'knocking', 5_000, 'word of the waiting room');
    const dan = await m.enter('dan');
    await m.sim.until(() => ann!.knocks.length === 2, 5_000, 'two knocks');
    await m.act(ann!, { type: 'admit', target: ann!.knocks.find((k) => k.sender.identity === 'dan')!.sender });
    await m.agree([ann!, bob!, dan]);
    await m.leave(dan);
    await m.agree([ann!, bob!]);
    await m.sim.run(3_000);
    // The one that waits has heard it all, and has nothing: not in its sink, not in its roster.
    expect([cleo.everHad.size, cleo.roster.length, cleo.state]).to.deep.equal([0, 0, 'knocking']);
    const keys = [ann!, bob!, dan].flatMap((node) => [...node.everHad]);
    expect(keys.length).to.be.greaterThan(20);
    const all = heard.join(' ');
    expect(keys.filter((key) => all.includes(key))).to.deep.equal([]);
    fine(m);
  });
});
