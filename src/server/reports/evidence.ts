import * as v from 'valibot';
import { fromUtf8 } from '../../base/index.js';
import {
  PURPOSES,
  readCertificate,
  verifyCertificate,
  VerifyKey,
  type Certificate,
  type Purpose,
} from '../../crypto/index.js';
import { openReport } from '../../crypto/report.js';
import * as field from '../http/fields.js';
import { listedIn, type Listed } from './roster.js';

/** What a reporter may attach. Nothing is attached by itself. */
const EVIDENCE = v.variant('kind', [
  v.object({
    kind: v.literal('signed'),
    /** The purpose under which it was signed, for example `message signature`. */
    purpose: v.picklist(PURPOSES),
    /** The very bytes that were signed, without the label. */
    content: field.bytes(1, 262_144),
    signature: field.bytes(64),
    /** The signer's admission certificate, or their bare device key. */
    certificate: v.optional(field.bytes(1, 2048)),
    ik: v.optional(field.bytes(32)),
    /** With a Commit of the `leader` provider: the list of members whose hash it signs. */
    roster: v.optional(field.bytes(1, 262_144)),
  }),
  v.object({
    kind: v.literal('picture'),
    type: v.pipe(v.string(), v.maxLength(64)),
    data: field.bytes(1, 1024 * 1024),
  }),
]);

/** The content of a report before it is sealed: JSON in UTF-8. */
const REPORT = v.object({
  reason: v.picklist(['harassment', 'hate', 'threat', 'sexual', 'minor', 'spam', 'other']),
  text: v.optional(v.pipe(v.string(), v.maxLength(4000))),
  room: field.room,
  /** Identity of whom it is about. */
  about: v.optional(field.identity),
  evidence: v.pipe(v.array(EVIDENCE), v.maxLength(200)),
});
export type Report = v.InferOutput<typeof REPORT>;

/** What one piece of evidence proves, in words for the operator. */
export interface Finding {
  readonly proves: 'this-person' | 'some-key' | 'nothing';
  readonly says: string;
  /** Whom a signed list of members names. */
  readonly listed?: readonly Listed[];
}

/** Whom the site let in with a device key: what its own tables say. */
export type FindAdmitted = (
  ik: Uint8Array,
) => Promise<Pick<Certificate, 'identity' | 'room' | 'role' | 'issued'> | undefined>;

/** Opens a report. @throws Error when it was not sealed to this key or has another form */
export function readReport(seed: Uint8Array, sealed: Uint8Array): Report {
  const content = openReport(seed, sealed);
  if (!content) throw new Error('this report was not sealed to this key, or was changed');
  return v.parse(REPORT, JSON.parse(fromUtf8(content)));
}

/**
 * Judges evidence by the backend's own keys; the time does not matter, since a report is read later.
 * @param keys all keys that ever signed certificates, by id
 * @param admitted whom the site let in, for a signer without a certificate
 */
export async function judge(
  evidence: Report['evidence'][number],
  issuer: string,
  keys: ReadonlyMap<string, VerifyKey>,
  admitted: FindAdmitted,
): Promise<Finding> {
  if (evidence.kind === 'picture')
    return { proves: 'nothing', says: 'A picture. Anybody can make any picture: it proves nothing by itself.' };
  const finding = await judgeSignature(evidence, issuer, keys, admitted);
  if (!evidence.roster || finding.proves === 'nothing') return finding;
  const listed = listedIn(evidence.roster, evidence.content);
  if (!listed) return { proves: 'nothing', says: 'What was signed does not name this list of members.' };
  return { ...finding, says: `${finding.says} It signs a list of ${listed.length} members.`, listed };
}

async function judgeSignature(
  { purpose, content, signature, certificate, ik }: Extract<Report['evidence'][number], { kind: 'signed' }>,
  issuer: string,
  keys: ReadonlyMap<string, VerifyKey>,
  admitted: FindAdmitted,
): Promise<Finding> {
  const claimed = certificate && readCertificate(certificate);
  if (claimed) {
    const verdict = verifyCertificate(certificate, { ...claimed, issuer, keys, now: claimed.issued });
    if (!verdict.ok) return { proves: 'nothing', says: `The certificate is not good (${verdict.fault}).` };
    return signedBy(claimed.ik, purpose, signature, content)
      ? { proves: 'this-person', says: person(claimed, purpose) }
      : { proves: 'nothing', says: 'The signature is not by the key of the certificate.' };
  }
  if (ik && signedBy(ik, purpose, signature, content)) {
    const known = await admitted(ik);
    if (known) return { proves: 'this-person', says: person(known, purpose) };
    return {
      proves: 'some-key',
      says: `Signed as "${purpose}" by a key without a certificate: it proves that whoever holds the key signed it, not who that is.`,
    };
  }
  return { proves: 'nothing', says: 'The signature is not good, or nothing says whose it is.' };
}

function person(
  { identity, room, role, issued }: Pick<Certificate, 'identity' | 'room' | 'role' | 'issued'>,
  purpose: Purpose,
): string {
  const time = new Date(issued * 1000).toISOString();
  return (
    `Signed as "${purpose}" by the device that this site let into room "${room}" as ${role} ${identity} at ${time}. ` +
    'It proves that this device signed these bytes, not who sat in front of it.'
  );
}

function signedBy(ik: Uint8Array, purpose: Purpose, signature: Uint8Array, content: Uint8Array): boolean {
  return VerifyKey.from(ik)?.verify(purpose, signature, content) ?? false;
}
