import { expect } from 'chai';
import { concat, toHex, utf8, type Bytes } from '../../../src/base/index.js';
import {
  certificateKeyId,
  createIdentityKey,
  issueCertificate,
  purposed,
  PURPOSES,
  readCertificate,
  verifyCertificate,
  VerifyKey,
  type Certificate,
  type CertificateExpectation,
  type IdentityKey,
} from '../../../src/crypto/index.js';

/** The certificate below, signed by the key of seed 07…07. */
const VECTOR = [
  'a2015880ac017468747470733a2f2f6d6565742e6578616d706c65024844aca6cdf654c58703667765656b6c790450010101',
  '010101010101010101010101010567755f616c69636506010758200202020202020202020202020202020202020202020202',
  '0202020202020202020801091a6b49d2000a1a6b49e0100b18320c1a6b49ee2002584044c1bd00c08b12cb1f46a111b616b6',
  '363387408e452ae5d513a39a8b31c4395afeae4612c1f1162a90185d8bba368074a1d80fb4c02773ffc746c520a252ee0f',
].join('');

describe('admission certificate', () => {
  let backend: IdentityKey;
  let certificate: Certificate;
  let expected: CertificateExpectation;
  let bytes: Bytes;

  const keysOf = (...keys: IdentityKey[]): ReadonlyMap<string, VerifyKey> =>
    new Map(keys.map(({ publicKey }) => [toHex(certificateKeyId(publicKey)), VerifyKey.from(publicKey)!]));
  const fault = (input: Uint8Array, changed: Partial<CertificateExpectation> = {}): string => {
    const verdict = verifyCertificate(input, { ...expected, ...changed });
    return verdict.ok ? 'none' : verdict.fault;
  };

  before(async () => {
    backend = await createIdentityKey({ seed: new Uint8Array(32).fill(7) });
    certificate = {
      issuer: 'https://meet.example',
      key: certificateKeyId(backend.publicKey),
      room: 'weekly',
      meeting: new Uint8Array(16).fill(1),
      identity: 'u_alice',
      role: 'host',
      ik: new Uint8Array(32).fill(2),
      encryption: 'required',
      issued: 1_800_000_000,
      expires: 1_800_003_600,
      limit: 50,
      ends: 1_800_007_200,
    };
    expected = { ...certificate, keys: keysOf(backend), now: 1_800_000_010 };
    bytes = await issueCertificate(certificate, (message) => backend.sign(message));
  });

  it('has one encoding, the one in the protocol', () => {
    expect(toHex(bytes)).to.equal(VECTOR);
    expect(readCertificate(bytes)).to.deep.equal(certificate);
  });

  it('is taken for what it says and for nothing else', () => {
    expect(fault(bytes)).to.equal('none');
    expect(fault(bytes, { issuer: 'https://other.example' })).to.equal('issuer');
    expect(fault(bytes, { room: 'daily' })).to.equal('room');
    expect(fault(bytes, { identity: 'u_bob' })).to.equal('identity');
    expect(fault(bytes, { ik: new Uint8Array(32).fill(3) })).to.equal('device-key');
    expect(fault(bytes, { now: certificate.issued - 61 })).to.equal('not-yet');
    expect(fault(bytes, { now: certificate.expires - 1 })).to.equal('none');
    expect(fault(bytes, { now: certificate.expires })).to.equal('expired');
  });

  it('refuses one that another key signed, also under the id of a good key', async () => {
    const mallory = await createIdentityKey({ seed: new Uint8Array(32).fill(9) });
    const sign = (message: Bytes): Promise<Bytes> => mallory.sign(message);
    expect(fault(await issueCertificate(certificate, sign))).to.equal('signature');
    const own = { ...certificate, key: certificateKeyId(mallory.publicKey) };
    expect(fault(await issueCertificate(own, sign))).to.equal('unknown-key');
    const filed = new Map([[toHex(own.key), [...keysOf(backend).values()][0]!]]);
    expect(fault(await issueCertificate(own, sign), { keys: filed }), 'a key filed under the id of another').to.equal(
      'unknown-key',
    );
  });

  it('takes certificates of both keys while they change over', async () => {
    const next = await createIdentityKey({ seed: new Uint8Array(32).fill(8) });
    const later = { ...certificate, key: certificateKeyId(next.publicKey) };
    const signed = await issueCertificate(later, (message) => next.sign(message));
    expect(fault(signed, { keys: keysOf(backend, next) })).to.equal('none');
    expect(fault(bytes, { keys: keysOf(backend, next) })).to.equal('none');
    expect(fault(bytes, { keys: keysOf(next) })).to.equal('unknown-key');
  });

  it('refuses each with a changed, missing or added bit, and never throws', () => {
    for (let at = 0; at < bytes.length; at++)
      for (const bit of [1, 32, 128]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ bit;
        expect(fault(changed), `byte ${at}`).not.to.equal('none');
      }
    for (let length = 0; length < bytes.length; length++) expect(fault(bytes.slice(0, length))).to.equal('malformed');
    expect(fault(concat(bytes, new Uint8Array(1)))).to.equal('malformed');
    expect(fault(new Uint8Array(1 << 20))).to.equal('malformed');
  });

  it('refuses a signature that was made for any other purpose', async () => {
    for (const purpose of PURPOSES) {
      if (purpose === 'certificate') continue;
      const label = utf8('sm/1 certificate\0').length;
      const signed = await issueCertificate(certificate, (message) =>
        backend.sign(purposed(purpose, message.slice(label))),
      );
      expect(fault(signed), purpose).to.equal('signature');
    }
  });

  it('is not made with fields out of their bounds', async () => {
    const bad: Partial<Certificate>[] = [
      { room: '' },
      { room: 'x'.repeat(129) },
      { ik: new Uint8Array(31) },
      { limit: 1 },
      { expires: certificate.issued },
      { issued: 1.5 },
    ];
    for (const fields of bad) {
      const made: unknown = await issueCertificate({ ...certificate, ...fields }, (message) =>
        backend.sign(message),
      ).catch((error: unknown) => error);
      expect(made, JSON.stringify(fields)).to.be.instanceOf(RangeError);
    }
  });
});
