/** Attacks by delay and silence, and what long meetings need. Titles are the threat list's. */
import { expect } from 'chai';
import type { KeyProviderEvents } from '../../src/keys/index.js';
import { encodeAck, parseAck } from '../../src/keys/leader/beats.js';
import { encodeEnvelope, parseEnvelope, peekType, TYPES } from '../../src/keys/leader/wire.js';
import { LeaderMeeting } from './support/meeting.js';

const fine = (m: LeaderMeeting): void => void expect(m.violations).to.deep.equal([]);

const names = (detail: unknown): string[] =>
  (detail as KeyProviderEvents['roster']).members.map((member) => member.sender.identity);

describe('leader, keys, time', () => {
  it('room sid changed under everybody, and under one member; SFU restart without stored rooms', async () => {
    // The sid is in no key and no signature: a restart is a break of every connection, and the chain goes on.
    const m = new LeaderMeeting('restart');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    await m.act(nodes[0]!, { type: 'lock' });
    await m.sim.run(2_000);
    const before = nodes.map((node) => [m.see(node)!.instance, node.code?.join(' '), m.see(node)!.locked]);
    for (const node of nodes) await m.disconnect(node, 4_000);
    for (const a of nodes) for (const b of nodes) if (a !== b) await m.claimPresence(a, b.identity, false);
    await m.sim.run(4_200);
    for (const a of nodes) for (const b of nodes) if (a !== b) await m.claimPresence(a, b.identity, true);
    await m.agree(nodes, 60_000);
    expect(nodes.map((node) => [m.see(node)!.instance, node.code?.join(' '), m.see(node)!.locked])).to.deep.equal(
      before,
    );
    fine(m);
  });

  it('heartbeats at 0.97× speed for 10 minutes', async () => {
    const m = new LeaderMeeting('slow');
    const [ann, bob] = await m.gather('ann', 'bob');
    const start = m.sim.now;
    m.server = (packet) => (packet.to === 'bob' ? [{ ...packet, after: (m.sim.now - start) * 0.03 }] : undefined);
    const epoch = bob!.sink.sending;
    let stopped = 0;
    for (let i = 0; i < 6_000 && !stopped; i++) {
      await m.sim.run(100);
      // He sends nothing, or goes on without her, as each side of a partition does.
      if (bob!.alarms.length > 0 && bob!.sink.sending !== epoch) stopped = m.sim.now - start;
    }
    expect(bob!.sink.sending < 0 || m.see(bob!)!.leader === 'bob').to.equal(true);
    expect(stopped).to.be.within(1, 5_000 / 0.03 + 15_000);
    expect(bob!.alarms).to.include('stale-heartbeat');
    expect(ann!.alive).to.equal(true);
    fine(m);
  });

  it('everything held up for seven seconds, then there at once: nobody is accused, nobody joins anew', async () => {
    const m = new LeaderMeeting('held up');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    const before = nodes.map((node) => m.see(node)!.binding);
    const until = m.sim.now + 7_000;
    m.server = (packet) => (packet.to === 'bob' ? [{ ...packet, after: Math.max(0, until - m.sim.now) }] : undefined);
    await m.sim.run(12_000);
    await m.agree(nodes);
    expect(nodes.map((node) => m.see(node)!.binding)).to.deep.equal(before);
    for (const node of nodes) expect(node.alarms, node.identity).to.deep.equal([]);
    fine(m);
  });

  it('heartbeats delivered, Commit withheld', async () => {
    const m = new LeaderMeeting('commit withheld');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    m.server = (p) => (p.to === 'bob' && [3, 4, 8, 12].includes(peekType(p.bytes)) ? [] : undefined);
    await m.leave(cleo!);
    const left = m.sim.now;
    await m.sim.until(() => bob!.sink.sending < 0, 15_000, 'the end of sending to who left');
    expect(m.sim.now - left).to.be.below(6_000);
    m.server = undefined;
    await m.agree([ann!, bob!]);
    fine(m);
  });

  it('Commit delivered, activation withheld', async () => {
    const m = new LeaderMeeting('activation withheld');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    m.server = (p) => (p.to === 'bob' && peekType(p.bytes) === TYPES.heartbeat ? [] : undefined);
    await m.leave(cleo!);
    await m.sim.run(1_300);
    expect(bob!.sink.sending).to.equal(m.see(ann!)!.epoch);
    fine(m);
  });

  it('Ack forged, replayed, suppressed', async () => {
    const m = new LeaderMeeting('acks');
    m.recording = [];
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    await m.sim.run(12_000);
    const { body, proof } = parseEnvelope(m.last(TYPES.ack, 'cleo').bytes);
    const forged = encodeEnvelope(TYPES.ack, encodeAck({ ...parseAck(body), counter: 10_000 }), proof).bytes;
    const old = m.last(TYPES.ack, 'cleo').bytes;
    // Cleo's own are suppressed, old and forged ones take their place: it counts as gone all the same.
    m.server = (p) => (p.from === 'cleo' && peekType(p.bytes) === TYPES.ack ? [] : undefined);
    const silent = m.sim.now;
    // Bob lends a hand: a MAC of his own over an Ack in Cleo's name, and his own Ack as hers.
    const bobs = m.last(TYPES.ack, 'bob').bytes;
    const mixed = encodeEnvelope(TYPES.ack, encodeAck(parseAck(body)), parseEnvelope(bobs).proof).bytes;
    const out = (): number | undefined =>
      ann!.events.find((e) => e.type === 'roster' && e.at > silent && !names(e.detail).includes('cleo'))?.at;
    for (let i = 0; i < 45 && !out(); i++) {
      for (const bytes of [old, forged, mixed, bobs]) m.inject({ from: 'cleo', to: 'ann', bytes });
      await m.sim.run(1_000);
    }
    // 30 s after the last Ack that counted, which may be up to ten seconds old.
    expect(out()! - silent).to.be.within(19_000, 31_500);
    m.server = undefined;
    await m.agree([ann!, bob!, cleo!], 60_000);
    fine(m);
  });

  it('an Ack under way as its sender dies keeps it in the roster for seconds, not for half a minute', async () => {
    const m = new LeaderMeeting('last ack');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    m.server = (p) => (p.from === 'cleo' && peekType(p.bytes) === TYPES.ack ? [{ ...p, after: 300 }] : undefined);
    m.crashAfterSend = (node, bytes) => node === cleo && peekType(bytes) === TYPES.ack;
    await m.sim.until(() => !cleo!.alive, 15_000, 'the crash');
    const dead = m.sim.now;
    await m.claimPresence(ann!, 'cleo', false);
    await m.agree([ann!, bob!], 14_000);
    expect(m.sim.now - dead).to.be.at.most(13_500);
    fine(m);
  });

  it('three Commits in 100 ms (nonces)', async () => {
    const m = new LeaderMeeting('three');
    const nodes = await m.gather('ann', 'bob', 'cleo', 'dan', 'eve');
    for (const node of nodes.slice(2)) {
      await m.leave(node);
      await m.sim.run(30);
    }
    await m.agree(nodes.slice(0, 2), 3_000);
    fine(m);
  });

  it('asleep for an hour', async () => {
    const m = new LeaderMeeting('asleep');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    await m.disconnect(bob!, 3_600_000);
    await m.tell(bob!, (p) => p.handleConnection('slept'));
    expect(bob!.sink.sending).to.equal(-1);
    await m.sim.run(60_000);
    await m.agree([ann!, cleo!]);
    await m.sim.run(3_545_000);
    await m.agree([ann!, bob!, cleo!], 60_000);
    fine(m);
  });

  it('a short sleep: nothing is sent before a Request is answered', async () => {
    const m = new LeaderMeeting('nap');
    const nodes = await m.gather('ann', 'bob');
    m.server = (p) => (p.to === 'bob' && peekType(p.bytes) === TYPES.welcome ? [] : undefined);
    await m.tell(nodes[1]!, (p) => p.handleConnection('slept'));
    await m.sim.run(3_000);
    expect(nodes[1]!.sink.sending).to.equal(-1);
    m.server = undefined;
    await m.agree(nodes, 3_000);
    fine(m);
  });

  it('a leader that slept sends nothing before a member shows that it still follows, and then leads on', async () => {
    const m = new LeaderMeeting('leader naps');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    m.server = (p) => (p.to === 'ann' ? [] : undefined);
    await m.tell(nodes[0]!, (p) => p.handleConnection('slept'));
    await m.sim.run(2_500);
    expect(nodes[0]!.sink.sending).to.equal(-1);
    m.server = undefined;
    await m.agree(nodes, 12_000);
    expect(nodes.map((node) => [m.see(node)!.leader, m.see(node)!.term])).to.deep.equal(Array(3).fill(['ann', 1]));
    fine(m);
  });

  it('an Ack of a step that is past by now still shows life', async () => {
    const m = new LeaderMeeting('quick steps');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    m.quality.delay = 150;
    for (let i = 0; i < 200; i++) {
      await m.act(nodes[0]!, { type: i % 2 ? 'unlock' : 'lock' });
      await m.sim.run(200);
    }
    expect(nodes.map((node) => node.all('self').length)).to.deep.equal([1, 1, 1]);
    await m.agree(nodes);
    fine(m);
  });

  it('a join every 4 minutes (a `fresh` every 5)', async () => {
    const m = new LeaderMeeting('hour');
    m.recording = [];
    const nodes = await m.gather('ann', 'bob');
    const times = [m.sim.now];
    let copies = 0;
    for (let i = 0; i < 6; i++) {
      nodes.push(await m.enter(`guest-${i}`));
      for (let s = 0; s < 240; s++) {
        await m.sim.run(1_000);
        const count = m.recording.filter((p) => p.to === 'bob' && peekType(p.bytes) === TYPES.copies).length;
        if (count > copies) times.push(m.sim.now);
        copies = count;
      }
      m.recording = m.recording.filter((p) => p.to === 'bob' && peekType(p.bytes) === TYPES.copies);
    }
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    expect(Math.max(...gaps)).to.be.at.most(300_000);
    await m.agree(nodes);
    fine(m);
  });

  it('leader hears nobody', async () => {
    const m = new LeaderMeeting('deaf');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    m.server = (packet) => (packet.to === 'ann' ? [] : undefined);
    await m.sim.run(33_000);
    expect(nodes[0]!.alarms).to.include('stale-heartbeat');
    expect(nodes[0]!.sink.sending).to.equal(-1);
    m.server = undefined;
    await m.agree(nodes, 60_000);
    fine(m);
  });
});
