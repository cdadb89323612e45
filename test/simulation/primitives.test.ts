/** Attacks that need real keys and real ciphertexts. Titles are the threat list's. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { expect } from 'chai';
import { concat, equal, fromHex, toHex, type Bytes } from '../../src/base/index.js';
import { createIdentityKey, purposed, VerifyKey, type Purpose } from '../../src/crypto/index.js';
import { encodeAnnounce, parseAnnounce } from '../../src/keys/leader/announce.js';
import { encodeCommit, encodeCommitBody, headOf, parseCommit } from '../../src/keys/leader/commit.js';
import { realPrimitives } from '../../src/keys/leader/real.js';
import { confirmOf, epochSecret } from '../../src/keys/leader/schedule.js';
import { encodeCopies, encodeWelcome, parseCopies, parseWelcome } from '../../src/keys/leader/welcome.js';
import {
  encodeEnvelope,
  parseEnvelope,
  peekType,
  purposeOf,
  TYPES,
  type MessageType,
} from '../../src/keys/leader/wire.js';
import type { Packet, SimNode } from '../../src/keys/testing/index.js';
import { LeaderMeeting } from './support/meeting.js';
import { spyOnSeals, spyOnSecrets } from './support/spy.js';
import { sealForTwo } from './support/two-keys.js';

const identityKey = (seed: Bytes): ReturnType<typeof createIdentityKey> => createIdentityKey({ seed });
const primitives = { ...realPrimitives(), securityCode: async () => ['0', '0', '0', '0', '0', '0'] as const };
const meeting = (seed: string): LeaderMeeting => new LeaderMeeting(seed, { primitives, identityKey });
const fine = (m: LeaderMeeting): void => void expect(m.violations).to.deep.equal([]);
const slow = (test: { timeout?(ms: number): void }): void => void test.timeout?.(120_000);

/** A meeting whose leader, Ann, writes down every key she seals with: what she could do if she lied. */
async function withLiar(
  seed: string,
  ...others: readonly string[]
): Promise<{ m: LeaderMeeting; nodes: SimNode[]; seals: ReturnType<typeof spyOnSeals>['last'] }> {
  const m = meeting(seed);
  const spy = spyOnSeals(primitives);
  const ann = await m.join('ann', new LeaderMeeting('x', { primitives: spy.primitives }).provider());
  const nodes = [ann];
  for (const name of others) {
    nodes.push(await m.enter(name));
    await m.sim.run(300);
  }
  await m.agree(nodes);
  return { m, nodes, seals: spy.last };
}

/** Rewrites the one packet of a type on its way to somebody. */
const rewritten = (packet: Packet, type: MessageType, body: Bytes, proof: Uint8Array): Packet => ({
  ...packet,
  bytes: encodeEnvelope(type, body, proof).bytes,
});

describe('leader, keys, primitives', () => {
  it('small-order keys', async function (this: { timeout?(ms: number): void }) {
    slow(this);
    const m = meeting('small order');
    m.recording = [];
    const [ann, bob] = await m.gather('ann', 'bob');
    const announce = parseAnnounce(parseEnvelope(m.last(TYPES.announce, 'bob').bytes).body);
    // A signing key of order one: with it, [S]B as R and any S is a signature of everything, for a lax verifier.
    const ik = fromHex(`01${'00'.repeat(31)}`);
    const body = encodeAnnounce({ ...announce, identity: 'eve', ik, nonce: m.sim.bytes(16) });
    const s = 5n;
    const proof = concat(
      Uint8Array.from(ed25519.Point.BASE.multiply(s).toBytes()),
      Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? Number(s) : 0)),
    );
    expect(ed25519.verify(proof, purposed('leader announce', body), ik, { zip215: true })).to.equal(true);
    m.spread('eve', encodeEnvelope(TYPES.announce, body, proof).bytes);
    await m.sim.run(2_000);
    expect(m.row(ann!, 'eve')).to.equal(undefined);

    // Message keys of small order: their owner is a member, and nobody agrees on a secret that everybody knows.
    const zero = new Uint8Array(32);
    m.server = (packet) => (packet.from === 'mallory' && peekType(packet.bytes) === TYPES.announce ? [] : undefined);
    const mallory = await m.enter('mallory');
    const own = parseAnnounce(parseEnvelope(m.last(TYPES.announce, 'mallory').bytes).body);
    for (const messageKey of [zero, fromHex(`01${'00'.repeat(31)}`)]) {
      const bytes = await m.forge(
        mallory,
        TYPES.announce,
        encodeAnnounce({ ...own, messageKey, nonce: m.sim.bytes(16) }),
      );
      m.spread('mallory', bytes);
      await m.sim.run(2_000);
      const row = m.row(ann!, 'mallory');
      let agreed: Promise<Bytes | undefined> | undefined = Promise.resolve(zero);
      if (row) await m.tell(ann!, (p) => void (agreed = p.agree?.(row.sender)));
      const secret = row && (await agreed);
      expect(secret).to.equal(undefined);
    }
    // A KEM key whose X25519 half is of small order, or whose ML-KEM half is out of range, harms its owner alone.
    for (const kem of [concat(own.kem.slice(0, 1184), zero), concat(new Uint8Array(1184).fill(255), zero)]) {
      const bytes = await m.forge(mallory, TYPES.announce, encodeAnnounce({ ...own, kem, nonce: m.sim.bytes(16) }));
      m.spread('mallory', bytes);
      await m.sim.run(2_000);
      expect(m.row(ann!, 'mallory')?.present ?? false).to.equal(false);
    }
    m.crash(mallory);
    await m.agree([ann!, bob!], 60_000);
    fine(m);
  });

  it('two-key ciphertext', async function (this: { timeout?(ms: number): void }) {
    slow(this);
    const { m, nodes, seals } = await withLiar('two keys', 'bob', 'cleo', 'dan');
    const [, bob, cleo, dan] = nodes;
    const had = [bob!, cleo!].map((node) => node.everHad.size);
    const opened: (string | undefined)[] = [];
    m.server = (packet) => {
      if (packet.from !== 'ann' || peekType(packet.bytes) !== TYPES.copies) return undefined;
      const { head, copies } = parseCopies(parseEnvelope(packet.bytes).body);
      const parts = [bob!, cleo!].map((node) => {
        const binding = fromHex(m.see(node)!.binding);
        const { key } = seals.get(toHex(binding))!;
        return [key, purposed('leader copy', concat(head, binding)), concat(head, binding)] as const;
      });
      const [one, two] = [parts[0]!, parts[1]!];
      const sealed = sealForTwo([one[0], one[1]], [two[0], two[1]], new Uint8Array(12), () => m.sim.bytes(16));
      for (const [key, , additional] of parts) {
        const step = primitives.open(key, additional, sealed);
        opened.push(step && toHex(step.plaintext));
      }
      const both = copies.map((copy) => ({ ...copy, sealed }));
      return [rewritten(packet, TYPES.copies, encodeCopies({ head, copies: both }), new Uint8Array(0))];
    };
    await m.leave(dan!);
    await m.sim.run(200);
    // It opens for both, to different secrets, and neither of them installs a key from it.
    expect(opened[0])
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.to.equal(opened[1]);
    expect(opened[1]).to.match(/^[0-9a-f]{64}$/);
    expect([bob!, cleo!].map((node) => node.everHad.size)).to.deep.equal(had);
    for (const node of [bob!, cleo!]) expect(node.alarms).to.include('forged');
    m.server = undefined;
    await m.agree(nodes.slice(0, 3));
    fine(m);
  });

  it('two rosters shown; same MK, two rosters (no frame may open)', async function (this: {
    timeout?(ms: number): void;
  }) {
    slow(this);
    const { m, nodes, seals } = await withLiar('two rosters', 'bob', 'cleo', 'dan');
    const [ann, bob, cleo, dan] = nodes;
    const epoch = m.see(ann!)!.epoch + 1;
    // Ann takes Dan out for Bob, and another way for Cleo: another Commit over the very same MK.
    m.server = (packet) => {
      if (packet.from !== 'ann' || packet.to !== 'cleo') return undefined;
      const type = peekType(packet.bytes);
      if (type === TYPES.commit) {
        pending.push(packet);
        return [];
      }
      return type === TYPES.copies ? [] : undefined;
    };
    const pending: Packet[] = [];
    await m.leave(dan!);
    await m.sim.until(() => pending.length > 0, 1_000, 'a Commit');
    await m.sim.run(100);
    const real = parseCommit(primitives, parseEnvelope(pending[0]!.bytes).body);
    const binding = fromHex(m.see(cleo!)!.binding);
    const seal = seals.get(toHex(binding))!;
    const { mk } = seal;
    const body = encodeCommitBody({
      ...real,
      operations: real.operations.map((op) => (op.type === 'leave' ? { ...op, reason: 'absent' } : op)),
    });
    const head = headOf(primitives, body);
    const confirm = confirmOf(primitives, epochSecret(primitives, mk, head, new Set()));
    m.inject({ from: 'ann', to: 'cleo', bytes: await m.forge(ann!, TYPES.commit, encodeCommit(body, confirm)) });
    const { sealed } = primitives.seal(seal.key, concat(head, binding), mk);
    for (let step = 0; step < 6; step++) {
      const copies = encodeCopies({ head, copies: [{ recipient: binding.slice(0, 16), step, sealed }] });
      m.inject({ from: 'ann', to: 'cleo', bytes: encodeEnvelope(TYPES.copies, copies, new Uint8Array(0)).bytes });
    }
    await m.sim.run(1_500);
    expect(
      cleo!.sink.keys.some((key) => key.epoch === epoch),
      'Cleo took the other one',
    ).to.equal(true);
    expect(bob!.sink.keys.some((key) => key.epoch === epoch)).to.equal(true);
    const keysOf = (node: SimNode): string[] =>
      node.sink.keys.filter((key) => key.epoch === epoch).flatMap((key) => [key.media, key.message]);
    expect(keysOf(bob!).filter((key) => keysOf(cleo!).includes(key))).to.deep.equal([]);
    // And it does not last: Cleo hears of a head that is not hers, asks, and holds the proof.
    m.server = undefined;
    await m.sim.until(() => cleo!.alarms.includes('equivocation'), 5_000, 'the proof');
    await m.sim.until(() => m.see(cleo!)?.leader === 'bob' && m.see(bob!)?.leader === 'bob', 10_000, 'a new leader');
    fine(m);
  });

  it('X-Wing ciphertext for another key', async function (this: { timeout?(ms: number): void }) {
    slow(this);
    const m = meeting('other ciphertext');
    m.recording = [];
    const [ann, bob] = await m.gather('ann', 'bob');
    const { ciphertext } = parseWelcome(parseEnvelope(m.last(TYPES.welcome, 'ann').bytes).body);
    // Even the leader's signature over it helps nothing: what it carries is not for this key.
    m.server = (packet) => {
      if (packet.to !== 'cleo' || peekType(packet.bytes) !== TYPES.welcome) return undefined;
      const changed = encodeWelcome({ ...parseWelcome(parseEnvelope(packet.bytes).body), ciphertext });
      m.forge(ann!, TYPES.welcome, changed).then(
        (bytes) => m.inject({ ...packet, bytes }, 5),
        () => undefined,
      );
      return [];
    };
    const cleo = await m.enter('cleo');
    await m.sim.run(4_000);
    expect(cleo.everHad.size).to.equal(0);
    expect(cleo.alarms).to.include('roster-mismatch');
    m.server = undefined;
    await m.agree([ann!, bob!, cleo], 30_000);
    fine(m);
  });

  it('sealed copy opened by another member', async function (this: { timeout?(ms: number): void }) {
    slow(this);
    const m = meeting('other copy');
    const [ann, bob, cleo, dan] = await m.gather('ann', 'bob', 'cleo', 'dan');
    const had = [bob!, cleo!].map((node) => node.everHad.size);
    m.server = (packet) => {
      if (peekType(packet.bytes) !== TYPES.copies) return undefined;
      const { head, copies } = parseCopies(parseEnvelope(packet.bytes).body);
      const names = copies.map((copy) => copy.recipient).reverse();
      const swapped = copies.map((copy, i) => ({ ...copy, recipient: names[i]! }));
      return [rewritten(packet, TYPES.copies, encodeCopies({ head, copies: swapped }), new Uint8Array(0))];
    };
    await m.leave(dan!);
    await m.sim.run(250);
    expect([bob!, cleo!].map((node) => node.everHad.size)).to.deep.equal(had);
    m.server = undefined;
    await m.agree([ann!, bob!, cleo!]);
    fine(m);
  });

  it('state seized at minute 59 opens nothing recorded before (pairwise chain, KEM keys)', async function (this: {
    timeout?(ms: number): void;
  }) {
    slow(this);
    const m = meeting('seized');
    m.recording = [];
    const ann = await m.enter('ann');
    await m.sim.run(300);
    const spy = spyOnSecrets(primitives);
    const bob = await m.join('bob', new LeaderMeeting('x', { primitives: spy.primitives }).provider());
    await m.agree([ann, bob]);
    for (let minute = 0; minute < 59; minute++) {
      if (minute % 10 === 5) {
        const guest = await m.enter(`guest-${minute}`);
        await m.sim.run(2_000);
        await m.leave(guest);
      }
      await m.sim.run(minute % 10 === 5 ? 58_000 : 60_000);
      m.recording = m.recording.filter(
        (p) => [TYPES.copies, TYPES.welcome].includes(peekType(p.bytes) as 2) && p.to === 'bob',
      );
    }
    await m.agree([ann, bob]);
    const held = spy.held();
    // What a living member needs: the chain's next key, its MAC key, the epoch's secret. All else is erased.
    expect(held.length).to.be.at.most(3);
    const binding = fromHex(m.see(bob)!.binding);
    const recorded: { readonly head: Bytes; readonly sealed: Bytes }[] = [];
    for (const packet of m.recording) {
      const { body } = parseEnvelope(packet.bytes);
      if (peekType(packet.bytes) === TYPES.welcome) recorded.push(parseWelcome(body));
      else
        for (const { recipient, sealed } of parseCopies(body).copies)
          if (equal(recipient, binding.subarray(0, 16))) recorded.push({ head: parseCopies(body).head, sealed });
    }
    expect(recorded.length).to.be.greaterThan(15);
    let opened = 0;
    for (const start of held) {
      let key = start.slice();
      for (let step = 0; step < 40; step++) {
        for (const { head, sealed } of recorded) if (primitives.open(key, concat(head, binding), sealed)) opened++;
        key = primitives.next(key);
      }
    }
    expect(opened).to.equal(0);
    fine(m);
  });

  it('signature of every purpose presented as every other purpose', async function (this: {
    timeout?(ms: number): void;
  }) {
    slow(this);
    const signed = [1, 2, 3, 6, 7, 8, 9, 10, 11, 13].map((type) => purposeOf(type as MessageType));
    const purposes: Purpose[] = [
      ...signed,
      ...(['passphrase announce', 'passphrase leaving', 'message signature', 'certificate'] as const),
      ...(['token request', 'moderation', 'report sent'] as const),
    ];
    const ik = await createIdentityKey({ seed: new Uint8Array(32).fill(3) });
    const key = VerifyKey.from(ik.publicKey)!;
    const content = new Uint8Array(40).fill(8);
    for (const made of purposes) {
      const signature = await ik.sign(purposed(made, content));
      for (const taken of purposes)
        expect(key.verify(taken, signature, content), `${made} as ${taken}`).to.equal(made === taken);
    }
    // On the wire: each message of a meeting, with its own body and signature, as each other type.
    const m = meeting('purposes');
    m.recording = [];
    const nodes = await m.gather('ann', 'bob', 'cleo');
    const before = nodes.map((node) => m.see(node));
    const all = [...m.recording];
    for (const packet of all.filter((_, i) => i % 3 === 0)) {
      const { body, proof, type } = parseEnvelope(packet.bytes);
      for (const other of Object.values(TYPES))
        if (other !== type)
          m.inject({ ...packet, bytes: encodeEnvelope(other, body, proof).bytes }, m.sim.random.below(8_000));
    }
    await m.sim.run(9_000);
    expect(nodes.map((node) => m.see(node))).to.deep.equal(before);
    fine(m);
  });
});
