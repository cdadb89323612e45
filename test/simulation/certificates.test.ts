/** Admission certificates as the backend issues them, checked by every member. Titles are the threat list's. */
import { expect } from 'chai';
import { fromHex, toHex, type Bytes } from '../../src/base/index.js';
import {
  certificateKeyId,
  createIdentityKey,
  issueCertificate,
  verifyCertificate,
  VerifyKey,
  type Certificate,
} from '../../src/crypto/index.js';
import { encodeCommit, encodeCommitBody } from '../../src/keys/leader/commit.js';
import type { CertificatePolicy } from '../../src/keys/leader/index.js';
import type { LeaderProvider } from '../../src/keys/leader/provider.js';
import { parseRoster } from '../../src/keys/leader/roster.js';
import { TYPES } from '../../src/keys/leader/wire.js';
import { standInIdentity, standIns, type SimNode } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';

const DAY = 86_400;
/** The backend's clock, in seconds, when a simulation begins. */
const BEGIN = 1_900_000_000;
const ISSUER = 'https://meet.example';
const fine = (m: LeaderMeeting): void => void expect(m.violations).to.deep.equal([]);

async function backend(m: LeaderMeeting): Promise<{
  readonly policy: CertificatePolicy;
  readonly issue: (node: string, ik: Uint8Array, change?: Partial<Certificate>, old?: boolean) => Promise<Bytes>;
}> {
  const current = await createIdentityKey({ seed: new Uint8Array(32).fill(1) });
  const old = await createIdentityKey({ seed: new Uint8Array(32).fill(2) });
  const keys = new Map([[toHex(certificateKeyId(current.publicKey)), VerifyKey.from(current.publicKey)!]]);
  // The backend's time, as a member counts it on: nobody's wall clock.
  const now = (): number => BEGIN + Math.floor(m.sim.now / 1_000);
  return {
    policy: {
      required: true,
      verify(bytes, { meeting, identity, ik }) {
        const verdict = verifyCertificate(bytes, { issuer: ISSUER, keys, room: meeting, identity, ik, now: now() });
        if (!verdict.ok) return undefined;
        const { role, encryption } = verdict.certificate;
        return { role, encryption };
      },
    },
    issue: (identity, ik, change = {}, byOld = false) => {
      const key = byOld ? old : current;
      const certificate = {
        ...{ issuer: ISSUER, key: certificateKeyId(key.publicKey), room: 'simulated', meeting: new Uint8Array(16) },
        ...{ identity, role: 'member' as const, ik, encryption: 'required' as const },
        ...{ issued: now(), expires: now() + 3_600, ...change },
      };
      return issueCertificate(certificate, (message) => key.sign(message));
    },
  };
}

describe('leader, roles, certificates of a backend', () => {
  it('by an old key, under a clock wrong by a day', async () => {
    const m = new LeaderMeeting('old key');
    const { policy, issue } = await backend(m);
    const enter = async (
      identity: string,
      change: Partial<Certificate> = {},
      { wall = 0, old = false } = {},
    ): Promise<SimNode> => {
      const ik = await standInIdentity(m.sim.bytes(32));
      const certificate = await issue(identity, ik.publicKey, change, old);
      return m.enter(identity, { ik, wall, leader: { certificates: policy, certificate: () => certificate } });
    };
    // Wall clocks a day fast and a day slow: certificates are judged by the backend's time.
    const ann = await enter('ann', { role: 'host' }, { wall: DAY * 1_000 });
    const bob = await enter('bob', {}, { wall: -DAY * 1_000 });
    const cleo = await enter('cleo');
    await m.agree([ann, bob, cleo]);
    expect(m.row(cleo, 'ann')!.role).to.equal('host');
    const refused = [
      await enter('old key', {}, { old: true }),
      await enter('yesterday', { issued: BEGIN - DAY, expires: BEGIN - DAY + 3_600 }, { wall: -DAY * 1_000 }),
      await enter('tomorrow', { issued: BEGIN + DAY, expires: BEGIN + DAY + 3_600 }, { wall: DAY * 1_000 }),
    ];
    await m.sim.run(5_000);
    for (const node of refused) {
      expect(node.everHad.size, node.identity).to.equal(0);
      expect(m.row(ann, node.identity), node.identity).to.equal(undefined);
    }
    await m.agree([ann, bob, cleo]);
    fine(m);
  });

  it('that say another choice of encryption than the meeting began with let nobody in, and nobody flips it by the list', async () => {
    const m = new LeaderMeeting('another choice');
    const { policy, issue } = await backend(m);
    const enter = async (identity: string, encryption: 'off' | 'required'): Promise<SimNode> => {
      const ik = await standInIdentity(m.sim.bytes(32));
      const certificate = await issue(identity, ik.publicKey, { encryption });
      return m.enter(identity, { ik, leader: { certificates: policy, certificate: () => certificate } });
    };
    // The site changed its mind before anybody was there: nobody begins an encrypted meeting with that.
    const early = await enter('early', 'off');
    await m.sim.run(9_000);
    expect(early.everHad.size).to.equal(0);
    const ann = await enter('ann', 'required');
    await m.sim.until(() => m.see(ann) !== undefined, 30_000, 'ann begins the meeting');
    const bob = await enter('bob', 'required');
    await m.sim.until(() => m.see(bob) !== undefined, 30_000, 'bob is in it');
    await m.agree([ann, bob]);
    // And now, in the middle of the meeting.
    const late = await enter('late', 'off');
    await m.sim.run(5_000);
    for (const node of [early, late]) {
      expect(node.everHad.size, node.identity).to.equal(0);
      expect(m.row(bob, node.identity), node.identity).to.equal(undefined);
    }
    expect(ann.alarms).to.include('certificate');
    // The leader itself signs that the meeting is in clear from now on.
    const view = m.see(bob)!;
    const flipped = parseRoster(m.meeting, (bob.provider as LeaderProvider).encodedRoster()!).with({
      encryption: 'off',
    });
    const body = encodeCommitBody({
      ...{ meeting: m.meeting, instance: fromHex(view.instance), term: view.term, epoch: view.epoch + 1 },
      ...{ previous: fromHex(view.head), author: m.row(bob, 'ann')!.sender.binding as Bytes, fresh: false },
      ...{ operations: [], rosterHash: flipped.hash(standIns()) },
    });
    m.spread('ann', await m.forge(ann, TYPES.commit, encodeCommit(body, m.sim.bytes(32))), 'bob');
    await m.sim.run(200);
    expect(bob.alarms).to.include('roster-mismatch');
    expect(m.see(bob)!.head).to.equal(view.head);
    fine(m);
  });

  it('of another choice get somebody in where the two are not compared', async () => {
    const m = new LeaderMeeting('not compared', { faults: ['choice-unchecked'] });
    const { policy, issue } = await backend(m);
    const nodes: SimNode[] = [];
    for (const [identity, encryption] of [
      ['ann', 'required'],
      ['late', 'off'],
    ] as const) {
      const ik = await standInIdentity(m.sim.bytes(32));
      const certificate = await issue(identity, ik.publicKey, { encryption });
      nodes.push(await m.enter(identity, { ik, leader: { certificates: policy, certificate: () => certificate } }));
      await m.sim.run(500);
    }
    await m.sim.until(() => nodes.every((node) => m.see(node) !== undefined), 30_000, 'both are in');
    await m.agree(nodes);
  });

  it('who has none, or somebody else’s, founds no meeting that others would join', async () => {
    const m = new LeaderMeeting('no certificate');
    const { policy, issue } = await backend(m);
    const eve = await m.enter('eve', { leader: { certificates: policy } });
    await m.sim.run(500);
    const ik = await standInIdentity(m.sim.bytes(32));
    const certificate = await issue('bob', ik.publicKey);
    const bob = await m.enter('bob', { ik, leader: { certificates: policy, certificate: () => certificate } });
    await m.sim.run(4_000);
    expect(bob.everHad.size).to.equal(0);
    expect(bob.roster.some((row) => row.sender.identity === 'eve')).to.equal(false);
    expect([eve.roster.length, eve.everHad.size]).to.deep.equal([0, 0]);
    fine(m);
  });
});
