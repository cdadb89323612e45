import { readCertificate, verifyCertificate, VerifyKey, type Certificate, type Purpose } from '../../crypto/index.js';
import { ApiError } from '../http/errors.js';
import type { Services } from '../services.js';

/** Seconds a signed request may be old, or ahead. */
const REQUEST_LIFETIME = 300;

/** A request signed with the device key of a certificate. */
export interface SignedRequest {
  readonly certificate: Uint8Array;
  readonly time: number;
  readonly signature: Uint8Array;
}

/**
 * Who signed: the certificate is one of ours and the signature is by the key it names. So a certificate that others saw
 * in the meeting is of no use to them. Everything that is wrong gets the same answer.
 * @param content what was signed, from the certificate's own fields: one for another meeting has another content
 * @param grace seconds a certificate may be over
 * @throws ApiError `unauthorised`
 */
export async function whoSigned(
  services: Services,
  request: SignedRequest,
  purpose: Purpose,
  content: (certificate: Certificate) => Uint8Array,
  grace = 0,
): Promise<Certificate> {
  const claimed = readCertificate(request.certificate);
  if (!claimed) throw new ApiError('unauthorised');
  const now = Math.floor(services.now().getTime() / 1000);
  const verdict = verifyCertificate(request.certificate, {
    issuer: services.options.issuer,
    keys: services.signing.byId,
    room: claimed.room,
    identity: claimed.identity,
    ik: claimed.ik,
    now: now - Math.min(grace, Math.max(0, now - claimed.issued)),
  });
  if (!verdict.ok) {
    services.metrics.count('secure_meeting_certificates_refused_total', 'Certificates refused.', {
      fault: verdict.fault,
    });
    throw new ApiError('unauthorised');
  }
  const key = VerifyKey.from(claimed.ik);
  const good =
    Math.abs(now - request.time) <= REQUEST_LIFETIME &&
    key !== undefined &&
    (await key.verifyNatively(purpose, request.signature, content(verdict.certificate)));
  if (!good) throw new ApiError('unauthorised');
  return verdict.certificate;
}
