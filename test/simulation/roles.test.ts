/** Lock, waiting room, roles and certificates: what only a host's signature may do. Titles are the threat list's. */
import { expect } from 'chai';
import { fromHex, fromUtf8, toHex, utf8 } from '../../src/base/index.js';
import type { CertificatePolicy } from '../../src/keys/leader/index.js';
import { encodeHostRequest, parseHostRequest, type HostActionType } from '../../src/keys/leader/wishes.js';
import { parseEnvelope, TYPES } from '../../src/keys/leader/wire.js';
import { standInIdentity, type SimNode } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

const fine = (m: LeaderMeeting): void => void expect(m.violations).to.deep.equal([]);

/** A backend's certificates as plain text: `room|role|identity|ik|valid`. What is tested is who asks for which. */
const policy: CertificatePolicy = {
  required: true,
  verify(certificate, { meeting, identity, ik }) {
    const [room, role, name, key, valid] = fromUtf8(certificate).split('|');
    const good = room === meeting && name === identity && key === toHex(ik) && valid === 'valid';
    return good && (role === 'host' || role === 'member') ? { role, encryption: 'required' } : undefined;
  },
};

describe('leader, roles', () => {
  it('unlock, admit, role by a non-host leader', async () => {
    const m = new LeaderMeeting('non-host');
    const ann = await m.enter('ann');
    const eve = await m.enter('eve', { faults: ['host-request-unchecked', 'roles-unchecked', 'lock-ignored'] });
    const bob = await m.enter('bob');
    await m.agree([ann, eve, bob]);
    await m.act(ann, { type: 'lock' });
    await m.sim.run(1_000);
    await m.act(ann, { type: 'hand-over', target: m.row(ann, 'eve')!.sender });
    await m.sim.until(() => m.see(bob)!.leader === 'eve', 10_000, 'the hand-over');
    await m.agree([ann, eve, bob]);
    const view = m.see(eve)!;
    const request = async (action: HostActionType, target = ''): Promise<void> => {
      const body = encodeHostRequest({
        ...{ instance: fromHex(view.instance), action, target: fromHex(target), counter: 2 },
        ...{ id: m.sim.bytes(16), author: fromHex(view.binding) },
      });
      const bytes = await m.forge(eve, TYPES.hostRequest, body);
      await m.tell(eve, (p) => p.handleMessage('eve', bytes));
    };
    await request('unlock');
    await m.sim.run(2_000);
    for (const node of [ann, bob]) {
      expect(m.see(node)!.locked, node.identity).to.equal(true);
      expect(node.alarms).to.include('unauthorised-operation');
    }
    await request('make-host', view.binding);
    await m.sim.run(2_000);
    expect(m.row(bob, 'eve')?.role ?? 'member').to.equal('member');
    fine(m);
  });

  it('host request replayed after un-doing it', async () => {
    const m = new LeaderMeeting('undone');
    m.recording = [];
    const nodes = await m.gather('ann', 'bob');
    await m.act(nodes[0]!, { type: 'lock' });
    await m.sim.run(1_000);
    const lock = m.last(TYPES.hostRequest, 'ann').bytes;
    await m.act(nodes[0]!, { type: 'unlock' });
    await m.sim.run(1_000);
    expect(parseHostRequest(parseEnvelope(lock).body).action).to.equal('lock');
    m.spread('ann', lock);
    m.inject({ from: 'bob', to: 'ann', bytes: lock });
    await m.sim.run(5_000);
    expect(nodes.map((node) => m.see(node)!.locked)).to.deep.equal([false, false]);
    await m.agree(nodes);
    fine(m);
  });

  it('certificate of another room, `ik`, role, expired', async () => {
    const m = new LeaderMeeting('certificates');
    const enter = async (name: string, text: (ik: string) => string, ik?: SimNode['ik']): Promise<SimNode> => {
      const key = ik ?? { publicKey: m.sim.bytes(32), sign: async () => m.sim.bytes(64) };
      const own = await standInIdentity(key.publicKey);
      const certificate = utf8(text(toHex(own.publicKey)));
      return m.enter(name, { ik: own, leader: { certificates: policy, certificate: () => certificate } });
    };
    const ann = await enter('ann', (ik) => `simulated|host|ann|${ik}|valid`);
    const bob = await enter('bob', (ik) => `simulated|member|bob|${ik}|valid`);
    await m.agree([ann, bob]);
    expect(m.row(bob, 'ann')!.role).to.equal('host');
    const bad = [
      await enter('room', (ik) => `elsewhere|member|room|${ik}|valid`),
      await enter('key', () => `simulated|member|key|${'00'.repeat(32)}|valid`),
      await enter('role', (ik) => `simulated|owner|role|${ik}|valid`),
      await enter('expired', (ik) => `simulated|member|expired|${ik}|over`),
      await enter('other', (ik) => `simulated|member|bob|${ik}|valid`),
    ];
    await m.sim.run(4_000);
    for (const node of bad) expect(node.everHad.size, node.identity).to.equal(0);
    expect(ann.alarms).to.include('certificate');
    await m.agree([ann, bob]);
    fine(m);
  });

  it('a leader whose certificate ran out since shows joiners the renewed one', async () => {
    const m = new LeaderMeeting('renewed');
    // Only certificates of the current hour are good, as the backend's clock has it.
    let hour = 1;
    const now: CertificatePolicy = {
      required: true,
      verify: (certificate, subject) => {
        const [text, made] = fromUtf8(certificate).split('@');
        return made === String(hour) ? policy.verify(utf8(text as string), subject) : undefined;
      },
    };
    const enter = async (name: string): Promise<SimNode> => {
      const ik = await standInIdentity(m.sim.bytes(32));
      const certificate = (): Uint8Array => utf8(`simulated|member|${name}|${toHex(ik.publicKey)}|valid@${hour}`);
      return m.enter(name, { ik, leader: { certificates: now, certificate } });
    };
    const ann = await enter('ann');
    const bob = await enter('bob');
    await m.agree([ann, bob]);
    hour = 2;
    const cleo = await enter('cleo');
    await m.agree([ann, bob, cleo]);
    expect(cleo.alarms).to.deep.equal([]);
    fine(m);
  });

  it('removed guest returning with a new key (waiting room on and off)', async () => {
    for (const waiting of [true, false]) {
      const m = new LeaderMeeting(`guest ${waiting}`);
      const nodes = await m.gather('ann', 'bob', 'guest');
      await m.act(nodes[0]!, { type: 'remove', target: m.row(nodes[0]!, 'guest')!.sender });
      if (waiting) await m.act(nodes[0]!, { type: 'waiting-room-on' });
      await m.agree(nodes.slice(0, 2));
      const back = await m.enter('guest-2'); // a new identity and a new key: nobody can know
      await m.sim.run(5_000);
      expect(back.everHad.size === 0).to.equal(waiting);
      expect(back.state).to.equal(waiting ? 'knocking' : 'ready');
      fine(m);
    }
  });

  it('waiting room: knock, admit, deny; nobody has a key before', async () => {
    const m = new LeaderMeeting('waiting');
    const [ann, bob] = await m.gather('ann', 'bob');
    await m.act(ann!, { type: 'waiting-room-on' });
    await m.sim.run(1_000);
    const cleo = await m.enter('cleo', { name: 'Cleo' });
    const dan = await m.enter('dan');
    await m.sim.until(() => ann!.knocks.length === 2, 5_000, 'two knocks');
    await m.sim.until(() => cleo.state === 'knocking', 3_000, 'word of the waiting room');
    expect(cleo.everHad.size + dan.everHad.size).to.equal(0);
    const knock = (name: string): SimNode['knocks'][number] => ann!.knocks.find((k) => k.sender.identity === name)!;
    expect(knock('cleo').claimedName).to.equal('Cleo');
    await m.act(ann!, { type: 'admit', target: knock('cleo').sender });
    await m.act(ann!, { type: 'deny', target: knock('dan').sender });
    await m.agree([ann!, bob!, cleo], 8_000);
    await m.sim.run(4_000);
    expect(dan.ended).to.equal('denied');
    fine(m);
  });

  it('admitted and denied as the leader dies: the next one carries it out', async () => {
    const m = new LeaderMeeting('admit dies');
    const [ann, bob, dan] = await m.gather('ann', 'bob', 'dan');
    await m.act(ann!, { type: 'make-host', target: m.row(ann!, 'bob')!.sender });
    await m.sim.run(500);
    await m.act(ann!, { type: 'waiting-room-on' });
    await m.sim.run(500);
    const cleo = await m.enter('cleo');
    const eve = await m.enter('eve');
    await m.sim.until(() => bob!.knocks.length === 2, 5_000, 'two knocks');
    const target = (name: string): SimNode['knocks'][number]['sender'] =>
      bob!.knocks.find((k) => k.sender.identity === name)!.sender;
    m.crash(ann!);
    const { result } = await m.act(bob!, { type: 'admit', target: target('cleo') });
    await m.act(bob!, { type: 'deny', target: target('eve') });
    await m.agree([bob!, dan!, cleo], 12_000);
    expect(await result).to.equal('done');
    await m.sim.until(() => eve.ended !== undefined, 10_000, 'word for Eve');
    expect(eve.ended).to.equal('denied');
    expect(eve.everHad.size).to.equal(0);
    fine(m);
  });

  it('lock and roles outlive every leader', async () => {
    const m = new LeaderMeeting('outlive');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    await m.act(nodes[0]!, { type: 'make-host', target: m.row(nodes[0]!, 'cleo')!.sender });
    await m.sim.run(500);
    await m.act(nodes[0]!, { type: 'lock' });
    await m.sim.run(1_000);
    m.crash(nodes[0]!);
    await m.agree(nodes.slice(1), 20_000);
    expect(m.see(nodes[1]!)!.leader).to.equal('cleo'); // hosts first
    expect(m.see(nodes[1]!)!.locked).to.equal(true);
    const stranger = await m.enter('stranger');
    await m.sim.run(6_000);
    expect(stranger.ended).to.equal('locked');
    fine(m);
  });

  it('who may share and write: set by a host, by nobody else, the same at all members, and it outlives the leader', async () => {
    const m = new LeaderMeeting('permissions');
    const ann = await m.enter('ann');
    await m.sim.run(500);
    const [bob, cleo] = [await m.enter('bob'), await m.enter('cleo')];
    await m.agree([ann, bob, cleo]);
    const refused = await m.act(bob, { type: 'chat-hosts' });
    await m.sim.run(12_000);
    expect(await refused.result).to.equal('room-action-refused');
    const done = await m.act(ann, { type: 'chat-hosts' });
    await m.sim.run(3_000);
    expect(await done.result).to.equal('done');
    for (const node of [ann, bob, cleo])
      expect([m.see(node)!.shareByHosts, m.see(node)!.chatByHosts], node.identity).to.deep.equal([false, true]);
    await m.act(ann, { type: 'share-hosts' });
    await m.sim.run(3_000);
    await m.act(ann, { type: 'chat-all' });
    await m.sim.run(3_000);
    m.crash(ann, 100_000);
    await m.agree([bob, cleo]);
    const dan = await m.enter('dan');
    await m.agree([bob, cleo, dan]);
    for (const node of [bob, cleo, dan])
      expect([m.see(node)!.shareByHosts, m.see(node)!.chatByHosts], node.identity).to.deep.equal([true, false]);
    fine(m);
  });

  it('end: a host ends the meeting for all', async () => {
    const m = new LeaderMeeting('end');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    await m.act(nodes[0]!, { type: 'end' });
    await m.sim.run(500);
    expect(nodes.map((node) => node.ended)).to.deep.equal(['ended', 'ended', 'ended']);
    for (const node of nodes) expect(node.sink.sending).to.equal(-1);
    fine(m);
  });

  it('a member who is no host gets nowhere', async () => {
    const m = new LeaderMeeting('no host');
    const nodes = await m.gather('ann', 'bob');
    const { result } = await m.act(nodes[1]!, { type: 'lock' });
    expect(await result).to.equal('room-action-refused');
    fine(m);
  });
});

describe('leader, security code', () => {
  it('is the same at all members, changes with the leader and says why', async () => {
    const m = new LeaderMeeting('code');
    const nodes = await m.gather('ann', 'bob', 'cleo');
    const codes = nodes.map((node) => node.code!.join(' '));
    expect(new Set(codes).size).to.equal(1);
    m.crash(nodes[0]!);
    await m.agree(nodes.slice(1), 20_000);
    expect(nodes[2]!.code!.join(' ')).to.equal(nodes[1]!.code!.join(' ')).and.not.to.equal(codes[0]);
    expect(nodes[2]!.all('securityCode').at(-1)!.reason).to.equal('leader-changed');
    fine(m);
  });

  it('verified outlives a Takeover by more than half, and no other', async () => {
    const m = new LeaderMeeting('verified');
    const nodes = await m.gather('ann', 'bob', 'cleo', 'dan', 'eve');
    for (const node of nodes) await m.tell(node, (p) => p.confirmSecurityCode!(node.code!));
    m.crash(nodes[0]!);
    await m.agree(nodes.slice(1), 20_000);
    await m.sim.run(1_000);
    expect(nodes.slice(1).map((node) => node.verified)).to.deep.equal([true, true, true, true]);
    m.split([['bob', 'cleo', 'dan'], ['eve']]);
    await m.sim.until(() => m.see(nodes[4]!)?.leader === 'eve', 20_000, "Eve's own takeover");
    await m.sim.run(2_000);
    expect(nodes[4]!.verified).to.equal(false);
    expect(nodes[2]!.verified).to.equal(true);
    fine(m);
  });

  it('confirming a code that has changed since confirms nothing; rejecting stops sending', async () => {
    const m = new LeaderMeeting('reject');
    const nodes = await m.gather('ann', 'bob');
    let code = '';
    await m.tell(nodes[1]!, (p) =>
      p.confirmSecurityCode!(['0', '0', '0', '0', '0', '0']).catch((e: { code: string }) => (code = e.code)),
    );
    await m.sim.run(10);
    expect(code).to.equal('key-code-changed');
    expect(nodes[1]!.verified).to.equal(false);
    await m.tell(nodes[1]!, (p) => p.rejectSecurityCode!(nodes[1]!.code!));
    await m.sim.run(15_000);
    expect(nodes[1]!.sink.sending).to.equal(-1);
    expect(nodes[1]!.alarms).to.include('code-mismatch');
    fine(m);
  });
});
