import { SecureMeetingError, toBase64Url, toHex, utf8, type Bytes } from '../../base/index.js';
import { reportProofMessage } from '../../crypto/index.js';
import { REPORT_OVERHEAD } from '../../crypto/lengths.js';
import { sealReport } from '../../crypto/report.js';
import type { MeetingIdentityKey, SignedRoster } from '../../keys/index.js';
import type { Proof } from '../channel.js';
import { REPORT_REASONS, type ReportRequest } from '../types.js';
import type { Admission } from './admission.js';

/** UTF-16 code units of a reporter's own words, pieces of evidence, bytes of a picture and of it all: what the site takes. */
const TEXT_MAX = 4000;
const EVIDENCE_MAX = 200;
const PICTURE_MAX = 600_000;
const SEALED_MAX = 1024 * 1024;
/** Milliseconds for a megabyte over a slow line. */
const PATIENCE = 60_000;

export interface ReportContext {
  readonly admission: Admission;
  readonly ik: MeetingIdentityKey;
  readonly room: string;
  /** What the sender of a message signed. */
  readonly said: (message: string) => ReturnType<Proof>;
  readonly roster: () => SignedRoster | undefined;
}

/**
 * Seals a report to the operator's key and hands it to the site, signed with the device key of our certificate: the site
 * knows that somebody who was let in reports, and not what. Answers the number of the report.
 * @throws SecureMeetingError `room-message-invalid`, `room-report-too-large`, `room-action-refused`, else `token-…`
 */
export async function sendReport(report: ReportRequest, context: ReportContext): Promise<string> {
  const { admission, ik } = context;
  const { own, site } = admission;
  const certificate = admission.certificate();
  if (!site.reportKey || !own || !certificate) throw new SecureMeetingError('config-unavailable');
  const content = utf8(JSON.stringify(await contentOf(report, context)));
  if (content.length + REPORT_OVERHEAD > SEALED_MAX) throw new SecureMeetingError('room-report-too-large');
  const sealed = sealReport(site.reportKey, content);
  const id = crypto.getRandomValues(new Uint8Array(16));
  const attempt = async (): Promise<unknown> => {
    const time = Math.floor(site.now);
    const { issuer, meeting } = own;
    const signature = await ik.sign(reportProofMessage({ issuer, meeting, id, time, sealed }));
    return site.post(
      'reports',
      'report',
      {
        certificate: toBase64Url(certificate),
        id: toBase64Url(id),
        time,
        signature: toBase64Url(signature),
        sealed: toBase64Url(sealed),
      },
      // Goes on when we leave meanwhile, or are removed.
      { signal: new AbortController().signal, timeout: PATIENCE },
    );
  };
  try {
    // Asked twice under one number when no answer came: the site keeps it once.
    await attempt().catch((error: unknown) => {
      if (!(error instanceof SecureMeetingError) || error.code !== 'token-endpoint-unreachable') throw error;
      return attempt();
    });
  } catch (error) {
    if (error instanceof SecureMeetingError && error.code === 'token-unauthorised')
      throw new SecureMeetingError('room-action-refused', { cause: error });
    throw error;
  }
  return toHex(id);
}

/** What `secure-meeting-server report` reads, as JSON. */
async function contentOf(report: ReportRequest, { admission, room, said, roster }: ReportContext): Promise<object> {
  const { reason, text = '', about, messages = [], picture } = report;
  if (!REPORT_REASONS.includes(reason)) throw new SecureMeetingError('room-message-invalid');
  if (text.length > TEXT_MAX) throw new SecureMeetingError('room-message-too-long');
  const evidence: object[] = messages.map((message) => {
    const signed = said(message);
    if (!signed) throw new SecureMeetingError('room-message-invalid');
    return signedBy(signed, 'message signature', admission);
  });
  if (report.roster) {
    const list = roster();
    if (!list) throw new SecureMeetingError('config-unavailable');
    evidence.push({ ...signedBy(list, 'leader commit', admission), roster: toBase64Url(list.roster) });
  }
  if (picture) {
    if (picture.size > PICTURE_MAX) throw new SecureMeetingError('room-report-too-large');
    const data = toBase64Url(new Uint8Array(await picture.arrayBuffer()));
    evidence.push({ kind: 'picture', type: picture.type, data });
  }
  if (evidence.length > EVIDENCE_MAX) throw new SecureMeetingError('room-report-too-large');
  return { reason, room, evidence, ...(text && { text }), ...(about !== undefined && { about }) };
}

/** The signer's certificate, where we saw it; else the bare key, which the operator finds among those it let in. */
function signedBy(
  { content, signature, ik }: { readonly content: Bytes; readonly signature: Bytes; readonly ik: Uint8Array },
  purpose: 'message signature' | 'leader commit',
  admission: Admission,
): object {
  const certificate = admission.seen(ik);
  const who = certificate ? { certificate: toBase64Url(certificate) } : { ik: toBase64Url(ik) };
  return { kind: 'signed', purpose, content: toBase64Url(content), signature: toBase64Url(signature), ...who };
}
