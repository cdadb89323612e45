import { ed25519 } from '@noble/curves/ed25519.js';
import { expect } from 'chai';
import { concat, fromHex, toHex, utf8, type Bytes } from '../../../src/base/index.js';
import { PURPOSES, VerifyKey, createIdentityKey, purposed, sha512 } from '../../../src/crypto/index.js';

const { Point } = ed25519;
const L = Point.CURVE().n;
const P = Point.CURVE().p;

const little = (n: bigint): Bytes => {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = Number((n >> BigInt(8 * i)) & 0xffn);
  return bytes;
};
const number = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const base = (n: bigint): InstanceType<typeof Point> => Point.BASE.multiplyUnsafe(n % L);
const challenge = (R: Uint8Array, A: Uint8Array, message: Uint8Array): bigint =>
  number(sha512(concat(R, A, message))) % L;

/** A point of order 8, and with it all eight points of small order. */
const torsion = ((): InstanceType<typeof Point> => {
  const point = Point.fromBytes(fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'), false);
  expect(point.isSmallOrder() && !point.double().double().is0()).to.equal(true);
  return point;
})();
const smallOrder = Array.from({ length: 8 }, (_, i) => (i === 0 ? Point.ZERO : torsion.multiplyUnsafe(BigInt(i))));

/** Signs as RFC 8032 does, but with a nonce, public key and R of the attacker's choice. */
function craft(
  message: Uint8Array,
  secret: bigint,
  { A = base(secret), R = base(7n) }: { A?: InstanceType<typeof Point>; R?: InstanceType<typeof Point> } = {},
): { key: Bytes; signature: Bytes } {
  const key = new Uint8Array(A.toBytes());
  const encoded = R.toBytes();
  const S = (7n + challenge(encoded, key, message) * secret) % L;
  return { key, signature: concat(encoded, little(S)) };
}

/** Both of our verdicts: by @noble, and by the platform. They must never differ. */
async function verdict(key: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  const found = VerifyKey.from(key);
  const noble = found?.verifyBare(signature, message) ?? false;
  const native = (await found?.verifyBareNatively(signature, message)) ?? false;
  expect(native, 'the platform and @noble agree').to.equal(noble);
  return noble;
}

const message = utf8('a message');
const secret = 0x1234_5678_9abc_def0n;

describe('Ed25519 has one verdict everywhere', () => {
  it('takes an honest signature, and one by hand', async () => {
    const key = await createIdentityKey();
    expect(await verdict(key.publicKey, await key.sign(message), message)).to.equal(true);
    const crafted = craft(message, secret);
    expect(await verdict(crafted.key, crafted.signature, message)).to.equal(true);
  });

  it('refuses R + torsion', async () => {
    for (const T of smallOrder.slice(1)) {
      const { key, signature } = craft(message, secret, { R: base(7n).add(T) });
      // @noble by itself takes it: without our check engines would differ.
      expect(ed25519.verify(signature, message, key, { zip215: false })).to.equal(true);
      expect(await verdict(key, signature, message)).to.equal(false);
    }
  });

  it('refuses A + torsion, also where k happens to hide it', async () => {
    let hidden = 0;
    for (const T of smallOrder.slice(1)) {
      const A = base(secret).add(T);
      for (let i = 0; i < 20; i++) {
        const text = utf8(`message ${i}`);
        const { key, signature } = craft(text, secret, { A });
        if (T.multiplyUnsafe(challenge(signature.subarray(0, 32), key, text) % 8n || 8n).is0()) hidden++;
        expect(await verdict(key, signature, text)).to.equal(false);
      }
    }
    expect(hidden, 'some k make the torsion vanish').to.be.greaterThan(0);
  });

  it('refuses S + L', async () => {
    const { key, signature } = craft(message, secret);
    const S = number(signature.subarray(32));
    for (let more = S + L; more < 1n << 256n; more += L)
      expect(await verdict(key, concat(signature.subarray(0, 32), little(more)), message)).to.equal(false);
  });

  it('refuses R of small order, canonical or not', async () => {
    for (const R of smallOrder) {
      const key = new Uint8Array(base(secret).toBytes());
      const S = (challenge(R.toBytes(), key, message) * secret) % L;
      expect(await verdict(key, concat(R.toBytes(), little(S)), message)).to.equal(false);
    }
    for (const y of [P, P + 1n, P - 1n + (1n << 255n), 1n + (1n << 255n)]) {
      const key = new Uint8Array(base(secret).toBytes());
      const R = little(y);
      const S = (challenge(R, key, message) * secret) % L;
      expect(await verdict(key, concat(R, little(S)), message)).to.equal(false);
    }
  });

  it('refuses R that is not canonical', async () => {
    for (let y = 0n; y < 19n; y++)
      for (const sign of [0n, 1n << 255n]) {
        const R = little(P + y + sign);
        const key = new Uint8Array(base(secret).toBytes());
        const S = (7n + challenge(R, key, message) * secret) % L;
        expect(await verdict(key, concat(R, little(S)), message)).to.equal(false);
      }
  });

  it('gives the same verdict on a key whenever it is asked for, and the same key', async () => {
    const { publicKey } = await createIdentityKey();
    const bad = torsion.toBytes();
    const first = VerifyKey.from(publicKey);
    expect(VerifyKey.from(new Uint8Array(publicKey)))
      .to.equal(first)
      .and.not.to.equal(undefined);
    expect(first?.bytes).to.deep.equal(publicKey);
    expect(VerifyKey.from(bad)).to.equal(undefined);
    expect(VerifyKey.from(bad)).to.equal(undefined);
    expect(VerifyKey.from(publicKey.subarray(1))).to.equal(undefined);
  });

  it('refuses A that is not canonical, of small order, or no point at all', async () => {
    for (const T of smallOrder) expect(VerifyKey.from(T.toBytes())).to.equal(undefined);
    for (let y = 0n; y < 19n; y++)
      for (const sign of [0n, 1n << 255n]) expect(VerifyKey.from(little(P + y + sign))).to.equal(undefined);
    expect(VerifyKey.from(little(2n))).to.equal(undefined);
    expect(VerifyKey.from(new Uint8Array(31))).to.equal(undefined);
    expect(VerifyKey.from(new Uint8Array(33))).to.equal(undefined);
  });

  it('refuses another length, another message, another key, and every flipped bit', async () => {
    const key = await createIdentityKey();
    const other = await createIdentityKey();
    const signature = await key.sign(message);
    expect(await verdict(key.publicKey, signature.subarray(1), message)).to.equal(false);
    expect(await verdict(key.publicKey, concat(signature, new Uint8Array(1)), message)).to.equal(false);
    expect(await verdict(key.publicKey, signature, utf8('b message'))).to.equal(false);
    expect(await verdict(other.publicKey, signature, message)).to.equal(false);
    for (let bit = 0; bit < 512; bit += 5) {
      const bent = signature.slice();
      bent[bit >> 3] = (bent[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(await verdict(key.publicKey, bent, message), `bit ${bit}`).to.equal(false);
    }
  });
});

describe('the identity key', () => {
  it('gives the same signature from @noble and, where there is one, from the platform', async () => {
    const seed = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    const key = await createIdentityKey({ seed });
    expect(toHex(key.publicKey)).to.equal('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    expect(toHex(await key.sign(new Uint8Array(0)))).to.match(/^e5564300c360ac72/);
  });

  it('is not extractable, and signs nothing after it was dropped', async () => {
    const key = await createIdentityKey();
    if (key.keyPair) expect(key.keyPair.privateKey.extractable).to.equal(false);
    key.drop();
    expect(key.keyPair).to.equal(undefined);
    const thrown = await key.sign(message).then(
      () => false,
      () => true,
    );
    expect(thrown).to.equal(true);
  });

  it('signs for one purpose only: every other purpose refuses the signature', async () => {
    const key = await createIdentityKey();
    const verifier = VerifyKey.from(key.publicKey);
    for (const made of PURPOSES) {
      const signature = await key.sign(purposed(made, message));
      for (const shown of PURPOSES)
        if (made === 'message signature' || shown === 'message signature')
          expect(verifier?.verify(shown, signature, message), `${made} as ${shown}`).to.equal(made === shown);
    }
  });
});
