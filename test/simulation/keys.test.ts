/** Attacks on joining and on the chain, by the server, by strangers and by members. Titles are the threat list's. */
import { expect } from 'chai';
import { fromHex, toHex, type Bytes } from '../../src/base/index.js';
import { encodeAnnounce, parseAnnounce } from '../../src/keys/leader/announce.js';
import { parseCommit } from '../../src/keys/leader/commit.js';
import { encodeBundle, encodeWelcome, parseBundle, parseWelcome } from '../../src/keys/leader/welcome.js';
import { encodeEnvelope, parseEnvelope, peekType, TYPES } from '../../src/keys/leader/wire.js';
import { standIns } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

const proofOf = (bytes: Uint8Array): Bytes => parseEnvelope(bytes).proof;

/** Changes the body of every message of a type on its way, and leaves the signature as it was. */
function tamper(m: LeaderMeeting, type: number, change: (body: Bytes) => Bytes): void {
  m.server = (packet) => {
    if (peekType(packet.bytes) !== type) return undefined;
    const { body, proof } = parseEnvelope(packet.bytes);
    return [{ ...packet, bytes: encodeEnvelope(type as 1, change(body), proof).bytes }];
  };
}

/** Keys of anybody that occur in what was sent: what a recorder would need no cryptography for. */
function leaked(m: LeaderMeeting, heard: readonly Uint8Array[]): string[] {
  const all = heard.map(toHex).join(' ');
  return [...m.nodes.values()].flatMap((node) => [...node.everHad]).filter((key) => all.includes(key));
}

describe('leader, keys', () => {
  it('unsigned or re-signed Announce', async () => {
    const m = new LeaderMeeting('unsigned');
    const [ann] = await m.gather('ann');
    const eve = await m.enter('eve');
    m.recording = [];
    await m.sim.run(2_000);
    await m.agree([ann!, eve]);
    const stranger = await m.enter('mallory');
    await m.sim.run(2_000);
    const { body } = parseEnvelope(m.last(TYPES.announce, 'mallory').bytes);
    const other = { ...parseAnnounce(body), identity: 'zoe', nonce: m.sim.bytes(16) };
    m.spread('zoe', encodeEnvelope(TYPES.announce, encodeAnnounce(other), new Uint8Array(64)).bytes);
    m.spread('zoe', await m.forge(eve, TYPES.announce, encodeAnnounce(other)));
    await m.sim.run(3_000);
    expect(m.row(ann!, 'zoe')).to.equal(undefined);
    expect(ann!.alarms).to.include('forged');
    await m.agree([ann!, eve, stranger]);
    expect(m.violations).to.deep.equal([]);
  });

  it('a newcomer’s epoch is sent under once everybody else has it, and waits for nobody who never answers', async () => {
    const m = new LeaderMeeting('switching');
    const [ann, bob] = await m.gather('ann', 'bob');
    const silent = (...who: readonly string[]): void =>
      void (m.server = (p) => (who.includes(p.from) && peekType(p.bytes) === TYPES.ack ? [] : undefined));
    /** Milliseconds from Ann's Commit that adds a newcomer, until she sends under its epoch. */
    const takes = async (newcomer: string): Promise<number> => {
      const { epoch } = m.see(ann!)!;
      await m.enter(newcomer);
      await m.sim.until(() => m.see(ann!)!.epoch > epoch, 5_000, 'a Commit');
      const at = m.sim.now;
      await m.sim.until(() => ann!.sink.sending === m.see(ann!)!.epoch, 5_000, 'a new epoch');
      return m.sim.now - at;
    };
    silent('cleo');
    expect(await takes('cleo'), 'when the newcomer is silent').to.be.below(200);
    silent('bob');
    expect(await takes('dan'), 'when Bob is').to.be.within(400, 600);
    m.server = undefined;
    expect(bob!.alarms.concat(ann!.alarms)).to.deep.equal([]);
    expect(m.violations).to.deep.equal([]);
  });

  it('binding from another meeting, instance or identity', async () => {
    const m = new LeaderMeeting('binding');
    const [ann, bob] = await m.gather('ann', 'bob');
    const other = new LeaderMeeting('elsewhere');
    other.recording = [];
    const [, eve] = await other.gather('zed', 'eve');
    const announce = other.last(TYPES.announce, 'eve').bytes;
    const parsed = parseAnnounce(parseEnvelope(announce).body);
    m.spread('mallory', announce); // sent under another name
    m.spread('eve', await m.forge(eve!, TYPES.announce, encodeAnnounce({ ...parsed, meeting: 'another' })));
    m.spread('eve', await m.forge(eve!, TYPES.announce, encodeAnnounce({ ...parsed, instance: m.sim.bytes(32) })));
    await m.sim.run(3_000);
    await m.agree([ann!, bob!]);
    expect(m.violations).to.deep.equal([]);
  });

  it('KEM key swapped', async () => {
    const m = new LeaderMeeting('kem');
    const [ann] = await m.gather('ann');
    tamper(m, TYPES.announce, (body) => encodeAnnounce({ ...parseAnnounce(body), kem: m.sim.bytes(1216) }));
    const bob = await m.enter('bob');
    await m.sim.run(4_000);
    expect(bob.everHad.size).to.equal(0);
    expect(m.row(ann!, 'bob')).to.equal(undefined);
    m.server = undefined;
    await m.agree([ann!, bob]);
    expect(m.violations).to.deep.equal([]);
  });

  it('old Welcome, Commit or Heartbeat replayed', async () => {
    const m = new LeaderMeeting('replay');
    m.recording = [];
    const nodes = await m.gather('ann', 'bob', 'cleo');
    const dan = await m.enter('dan');
    await m.agree([...nodes, dan]);
    await m.leave(dan);
    await m.agree(nodes);
    const before = nodes.map((node) => m.see(node));
    for (const packet of m.recording.filter((p) => [2, 3, 4, 7].includes(peekType(p.bytes))))
      for (const to of ['ann', 'bob', 'cleo']) m.inject({ ...packet, to }, m.sim.random.below(5_000));
    await m.sim.run(6_000);
    expect(nodes.map((node) => m.see(node))).to.deep.equal(before);
    expect(nodes.flatMap((node) => node.alarms)).to.deep.equal([]);
    expect(m.violations).to.deep.equal([]);
  });

  it('epoch or term rolled back', async () => {
    const m = new LeaderMeeting('rollback');
    m.recording = [];
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    const old = [...m.recording];
    m.crash(ann!);
    await m.agree([bob!, cleo!]);
    const before = m.see(cleo!)!;
    expect(before.term).to.equal(2);
    for (const packet of old) m.inject({ ...packet, to: 'cleo' }, m.sim.random.below(3_000));
    await m.sim.run(5_000);
    expect(m.see(cleo!)).to.deep.equal(before);
    expect(m.violations).to.deep.equal([]);
  });

  it('H(MK) mismatch', async () => {
    // A member's copy of MK gives another secret than the signed confirm: nothing is installed from it.
    const m = new LeaderMeeting('confirm');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    const dan = await m.enter('dan');
    await m.agree([ann!, bob!, cleo!, dan]);
    const had = bob!.everHad.size;
    m.server = (packet) => {
      if (packet.to !== 'bob' || peekType(packet.bytes) !== TYPES.copies) return undefined;
      const bytes = new Uint8Array(packet.bytes);
      for (let i = 60; i < bytes.length; i++) bytes[i] = (bytes[i] as number) ^ 1;
      return [{ ...packet, bytes }];
    };
    await m.leave(dan);
    await m.sim.run(250);
    expect(bob!.everHad.size).to.equal(had);
    m.server = undefined;
    await m.agree([ann!, bob!, cleo!]); // by a Request
    expect(m.violations).to.deep.equal([]);
  });

  it('roster withheld', async () => {
    const m = new LeaderMeeting('withheld');
    const [ann] = await m.gather('ann');
    m.server = (packet) => (peekType(packet.bytes) === TYPES.bundle ? [] : undefined);
    const bob = await m.enter('bob');
    await m.sim.run(4_000);
    expect(bob.everHad.size).to.equal(0);
    expect(m.row(ann!, 'bob')?.present).to.equal(false);
    m.server = undefined;
    await m.agree([ann!, bob]);
    expect(m.violations).to.deep.equal([]);
  });

  it('roster with one row changed', async () => {
    const m = new LeaderMeeting('row');
    const [ann] = await m.gather('ann');
    tamper(m, TYPES.bundle, (body) => {
      const bundle = parseBundle(body);
      if (!bundle.roster) return body;
      const roster = new Uint8Array(bundle.roster);
      const at = toHex(roster).indexOf(toHex(new TextEncoder().encode('ann'))) / 2;
      roster[at] = 'e'.charCodeAt(0);
      return encodeBundle({ ...bundle, roster });
    });
    const bob = await m.enter('bob');
    await m.sim.run(3_000);
    expect(bob.everHad.size).to.equal(0);
    m.server = undefined;
    await m.agree([ann!, bob]);
    expect(m.violations).to.deep.equal([]);
  });

  it('leader dead after every single send', async () => {
    for (let count = 0; count < 24; count++) {
      const m = new LeaderMeeting(`dead ${count}`);
      const [ann, bob] = await m.gather('ann', 'bob');
      let left = count;
      m.crashAfterSend = (node) => node === ann && left-- === 0;
      const cleo = await m.enter('cleo');
      await m.sim.run(500);
      if (m.nodes.get('bob')!.alive) await m.tell(bob!, () => undefined);
      await m.sim.until(() => !ann!.alive, 60_000, 'the crash');
      await m.agree([bob!, cleo], 40_000);
      expect(m.violations, `after send ${count}`).to.deep.equal([]);
    }
  });

  it('zombie leader', async () => {
    const m = new LeaderMeeting('zombie');
    const [ann, bob, cleo] = await m.gather('ann', 'bob', 'cleo');
    m.split([['ann'], ['bob', 'cleo']]);
    await m.agree([bob!, cleo!]);
    expect(m.see(ann!)!.leading).to.equal(true);
    m.heal();
    await m.agree([ann!, bob!, cleo!], 60_000);
    expect(m.violations).to.deep.equal([]);
  });

  it('two first joiners', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const m = new LeaderMeeting(`first ${seed}`);
      m.split([['ann'], ['bob']]);
      const ann = await m.enter('ann');
      const bob = await m.enter('bob');
      // Both wait long for each other, since the server names them, and then begin.
      await m.sim.run(m.sim.random.below(20_000));
      m.heal();
      await m.agree([ann, bob], 40_000);
      expect(m.violations).to.deep.equal([]);
    }
  });

  it('who hears nothing of the members the server names waits for them; two who seek do not wait', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const m = new LeaderMeeting(`late ${seed}`);
      const [ann] = await m.gather('ann');
      m.split([['ann'], ['bob', 'cleo']]);
      const bob = await m.enter('bob');
      const cleo = await m.enter('cleo');
      // Packets of ours are asked for again and again; all comes after ten seconds.
      await m.sim.run(10_000);
      for (const node of [bob, cleo]) expect(m.see(node)).to.equal(undefined);
      m.heal();
      await m.agree([ann!, bob, cleo], 10_000);
      expect(m.violations).to.deep.equal([]);

      const first = new LeaderMeeting(`seek ${seed}`);
      const two = [await first.enter('dan'), await first.enter('eve')];
      await first.agree(two, 9_000);
      expect(first.violations).to.deep.equal([]);
    }
  });

  it('ghost member', async () => {
    const m = new LeaderMeeting('ghost');
    m.recording = [];
    const [ann, bob] = await m.gather('ann', 'bob');
    // The server shows a participant whom nobody invited, hears all that is sent, and says in its name what others said.
    for (const node of [ann!, bob!]) await m.claimPresence(node, 'ghost', true);
    const heard: Uint8Array[] = [];
    m.server = (packet) => {
      heard.push(packet.bytes);
      return undefined;
    };
    for (const packet of [...m.recording])
      for (const to of ['ann', 'bob']) m.inject({ from: 'ghost', to, bytes: packet.bytes }, m.sim.random.below(2_000));
    const cleo = await m.enter('cleo');
    await m.sim.run(3_000);
    await m.leave(cleo);
    await m.agree([ann!, bob!]);
    for (const node of [ann!, bob!]) {
      expect(m.row(node, 'ghost')).to.equal(undefined);
      expect(node.sink.keys.some((key) => key.identity === 'ghost')).to.equal(false);
    }
    expect(leaked(m, heard)).to.deep.equal([]);
    expect(m.violations).to.deep.equal([]);
  });

  it('returning member with a new device key in a locked meeting', async () => {
    const m = new LeaderMeeting('locked');
    const [ann, bob] = await m.gather('ann', 'bob');
    await m.act(ann!, { type: 'lock' });
    await m.leave(bob!);
    await m.agree([ann!]);
    const again = await m.enter('bob');
    await m.sim.run(6_000);
    expect(again.ended).to.equal('locked');
    expect(again.everHad.size).to.equal(0);
    expect(m.violations).to.deep.equal([]);
  });

  it('guest reload in a locked meeting', async () => {
    const m = new LeaderMeeting('reload');
    const [ann, bob] = await m.gather('ann', 'bob');
    await m.act(ann!, { type: 'lock' });
    await m.sim.run(1_000);
    m.crash(bob!, 60_000);
    const again = await m.enter('bob', { ik: bob!.ik });
    await m.agree([ann!, again]);
    expect(m.see(again)!.locked).to.equal(true);
    expect(m.violations).to.deep.equal([]);
  });

  it('removed member rejoining', async () => {
    const m = new LeaderMeeting('removed');
    const [ann, bob, eve] = await m.gather('ann', 'bob', 'eve');
    await m.act(ann!, { type: 'remove', target: m.row(ann!, 'eve')!.sender });
    await m.agree([ann!, bob!]);
    expect(eve!.ended).to.equal('removed');
    const same = await m.enter('eve', { ik: eve!.ik });
    await m.sim.run(6_000);
    expect(same.ended).to.equal('removed');
    expect(m.violations).to.deep.equal([]);
  });

  it('identity of a kicked member with another ik', async () => {
    const m = new LeaderMeeting('kicked');
    const [ann, bob] = await m.gather('ann', 'bob', 'eve');
    await m.act(ann!, { type: 'remove', target: m.row(ann!, 'eve')!.sender });
    await m.agree([ann!, bob!]);
    const other = await m.enter('eve');
    await m.sim.run(6_000);
    expect(other.ended).to.equal('removed');
    expect(other.everHad.size).to.equal(0);
    expect(m.violations).to.deep.equal([]);
  });

  it('oversized and malformed CBOR', async () => {
    const m = new LeaderMeeting('cbor');
    m.recording = [];
    const nodes = await m.gather('ann', 'bob', 'cleo');
    const real = [...m.recording];
    const { random } = m.sim;
    m.spread('bob', new Uint8Array((1 << 20) + 1));
    for (let i = 0; i < 3_000; i++) {
      const bytes = random.chance(0.2)
        ? m.sim.bytes(random.below(300))
        : new Uint8Array(random.pick(real).bytes.slice(0, random.chance(0.3) ? random.below(200) : undefined));
      for (let j = 0; j < 3; j++) if (bytes.length) bytes[random.below(bytes.length)] = random.below(256);
      m.inject({ from: random.pick(['ann', 'bob', 'cleo', 'zoe']), to: random.pick(['ann', 'bob']), bytes }, i * 10);
    }
    await m.sim.run(40_000);
    await m.agree(nodes);
    expect(m.violations).to.deep.equal([]);
  });
});

describe('leader, keys, join', () => {
  it("Welcome with the server's own KEM ciphertext and MK beside genuine Announce and roster", async () => {
    const m = new LeaderMeeting('own welcome');
    const [ann] = await m.gather('ann');
    const p = standIns();
    tamper(m, TYPES.welcome, (body) => {
      const welcome = parseWelcome(body);
      return encodeWelcome({ ...welcome, ciphertext: m.sim.bytes(1120), sealed: m.sim.bytes(48) });
    });
    const bob = await m.enter('bob');
    await m.sim.run(3_000);
    expect(bob.everHad.size).to.equal(0);
    expect(bob.alarms).to.include('forged');
    expect(p.hash('binding', new Uint8Array(1))).to.have.length(32);
    m.server = undefined;
    await m.agree([ann!, bob]);
    expect(m.violations).to.deep.equal([]);
  });

  it('Welcome, signed, beside an Announce of its leader that is not', async () => {
    const m = new LeaderMeeting('unsigned leader');
    const [ann] = await m.gather('ann');
    m.recording = [];
    // Bob gets what Ann signs here, and no other Welcome.
    m.server = (packet) => (packet.to === 'bob' && peekType(packet.bytes) === TYPES.welcome ? [] : undefined);
    const bob = await m.enter('bob');
    await m.sim.run(900);
    const welcome = parseWelcome(parseEnvelope(m.last(TYPES.welcome, 'ann').bytes).body);
    m.server = undefined;
    const { body, proof } = parseEnvelope(welcome.leader);
    for (const [sealed, entered] of [
      [new Uint8Array(64), false],
      [proof, true],
    ] as const) {
      const leader = encodeEnvelope(TYPES.announce, body, sealed).bytes;
      m.spread('ann', await m.forge(ann!, TYPES.welcome, encodeWelcome({ ...welcome, leader })), 'bob');
      await m.sim.run(60);
      expect(bob.everHad.size > 0, entered ? 'the same with it' : 'without a signature').to.equal(entered);
    }
    await m.agree([ann!, bob]);
    expect(m.violations).to.deep.equal([]);
  });

  it('Welcome for another binding with the same nonce', async () => {
    const m = new LeaderMeeting('other binding');
    m.recording = [];
    await m.gather('ann', 'bob');
    const welcome = m.last(TYPES.welcome, 'ann').bytes;
    m.server = (packet) =>
      packet.to === 'cleo' && peekType(packet.bytes) === TYPES.welcome ? [{ ...packet, bytes: welcome }] : undefined;
    const cleo = await m.enter('cleo');
    await m.sim.run(4_000);
    expect(cleo.everHad.size).to.equal(0);
    expect(m.violations).to.deep.equal([]);
  });

  it('Announce copied with another KEM key and the same nonce', async () => {
    const m = new LeaderMeeting('copied');
    m.recording = [];
    const [ann, bob] = await m.gather('ann', 'bob');
    const real = parseAnnounce(parseEnvelope(m.last(TYPES.announce, 'bob').bytes).body);
    const copied = encodeAnnounce({ ...real, kem: m.sim.bytes(1216) });
    m.recording = [];
    m.spread('bob', encodeEnvelope(TYPES.announce, copied, proofOf(await m.forge(ann!, TYPES.announce, copied))).bytes);
    await m.sim.run(3_000);
    expect(m.recording.some((packet) => peekType(packet.bytes) === TYPES.welcome)).to.equal(false);
    await m.agree([ann!, bob!]);
    expect(m.violations).to.deep.equal([]);
  });

  it('Welcomes from two instances', async () => {
    const m = new LeaderMeeting('two instances');
    m.split([['ann'], ['bob']]);
    const ann = await m.enter('ann');
    const bob = await m.enter('bob');
    await m.sim.run(20_000);
    expect(m.see(ann)!.instance).not.to.equal(m.see(bob)!.instance);
    m.split([]);
    const cleo = await m.enter('cleo');
    await m.agree([ann, bob, cleo], 60_000);
    expect(m.violations).to.deep.equal([]);
  });

  it('old Announce replayed into a new instance (never shown as present)', async () => {
    const m = new LeaderMeeting('old announce');
    m.recording = [];
    await m.gather('zed', 'eve');
    const announce = m.last(TYPES.announce, 'eve').bytes;
    for (const node of [...m.nodes.values()]) await m.leave(node);
    const ann = await m.enter('ann');
    const bob = await m.enter('bob');
    await m.agree([ann, bob]);
    m.spread('eve', announce);
    for (let i = 0; i < 140; i++) {
      await m.sim.run(100);
      for (const node of [ann, bob]) expect(m.row(node, 'eve')?.present ?? false).to.equal(false);
    }
    await m.agree([ann, bob]);
    expect(m.violations).to.deep.equal([]);
  });

  it("Announce swapped between a host's click and the leader's Commit", async () => {
    const m = new LeaderMeeting('swapped');
    const [ann, bob] = await m.gather('ann', 'bob');
    await m.act(ann!, { type: 'waiting-room-on' });
    await m.sim.run(500);
    m.recording = [];
    const cleo = await m.enter('cleo');
    await m.sim.until(() => ann!.knocks.length > 0);
    const { sender } = ann!.knocks[0]!;
    // The server's own Announce under the same identity takes the place of the real one.
    const fake = await m.forge(
      bob!,
      TYPES.announce,
      encodeAnnounce({
        ...parseAnnounce(parseEnvelope(m.last(TYPES.announce, 'cleo').bytes).body),
        ...{ ik: bob!.ik.publicKey, nonce: m.sim.bytes(16), kem: m.sim.bytes(1216) },
      }),
    );
    m.server = (packet) => (packet.from === 'cleo' && peekType(packet.bytes) === TYPES.announce ? [] : undefined);
    m.spread('cleo', fake);
    await m.sim.run(600);
    await m.act(ann!, { type: 'admit', target: sender });
    for (let i = 0; i < 8; i++) {
      m.spread('cleo', fake);
      await m.sim.run(500);
      expect(m.row(ann!, 'cleo'), 'the click was for Cleo, not for the name').to.equal(undefined);
    }
    const welcomed = m.recording.some((p) => p.to === 'cleo' && peekType(p.bytes) === TYPES.welcome);
    expect(welcomed).to.equal(false);
    m.server = undefined;
    await m.agree([ann!, bob!, cleo], 5_000); // the host's word still stands for Cleo herself
    expect(toHex(m.row(ann!, 'cleo')!.ik)).to.equal(toHex(cleo.ik.publicKey));
    expect(m.violations).to.deep.equal([]);
  });

  it('link-secret MAC missing or wrong', async () => {
    const secret = fromHex('00112233445566778899aabbccddeeff');
    const m = new LeaderMeeting('link', { options: { linkSecret: secret } });
    const [ann, bob] = await m.gather('ann', 'bob');
    const none = await m.enter('none', { leader: {} });
    const wrong = await m.enter('wrong', { leader: { linkSecret: m.sim.bytes(16) } });
    await m.sim.run(5_000);
    for (const node of [none, wrong]) expect(node.everHad.size).to.equal(0);
    expect(wrong.all('wrongKey').length).to.be.greaterThan(0);
    expect(ann!.all('wrongKey').map((e) => e.identity)).to.include.members(['none', 'wrong']);
    expect(ann!.roster.map((row) => row.sender.identity)).to.deep.equal(['ann', 'bob']);
    expect(m.see(bob!)!.members).to.have.length(2);
    expect(m.violations).to.deep.equal([]);
  });

  it('who joined stays: nobody is put out for an Ack that could not count', async () => {
    const m = new LeaderMeeting('stays');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    await m.sim.run(60_000);
    expect(nodes.map((node) => node.all('self').length)).to.deep.equal([1, 1, 1]);
    expect(nodes.map((node) => m.see(node)!.epoch)).to.deep.equal([3, 3, 3]);
    for (const node of nodes) expect(node.roster.map((row) => row.present)).to.deep.equal([true, true, true]);
  });

  it('a Commit binds what it does to the roster and the chain before it', async () => {
    const m = new LeaderMeeting('chain');
    m.recording = [];
    await m.gather('ann', 'bob', 'cleo');
    const commits = m.recording.filter((p) => p.to === 'bob' && peekType(p.bytes) === TYPES.commit);
    const parsed = commits.map((p) => parseCommit(standIns(), parseEnvelope(p.bytes).body));
    for (const [i, commit] of parsed.entries())
      if (i > 0) expect(toHex(commit.previous)).to.equal(toHex(parsed[i - 1]!.head));
    expect(new Set(parsed.map((c) => toHex(c.rosterHash))).size).to.equal(parsed.length);
  });
});
