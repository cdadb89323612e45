import { SecureMeetingError, equal, fromBase64Url, owned, toHex, type Bytes } from '../../base/index.js';
import {
  CERTIFICATE_LIMIT,
  readCertificate,
  verifyCertificate,
  type Certificate,
  type CertificateVerdict,
} from '../../crypto/index.js';
import type { Admission as AdmissionPort, AdmissionSubject, MeetingIdentityKey } from '../../keys/index.js';
import type { TokenRequest } from '../types.js';
import { prove } from './prove.js';
import { Site } from './site.js';
import type { RequestContext } from './request.js';

/** Faults that a look at the published keys and the time may mend. */
const MENDABLE = ['unknown-key', 'not-yet', 'expired'];

/** Certificates kept of others; more than the largest meeting has members. */
const SEEN_MAX = 4096;

/** Milliseconds after which a renewal that failed is tried again. */
const RENEW_AGAIN = 60_000;

export interface AdmissionOptions {
  readonly api: string;
  readonly room: string;
  readonly ik: MeetingIdentityKey;
  /** What this page asks for; certificates that say otherwise are refused. */
  readonly encryption: 'required' | 'off';
}

/**
 * Our own admission certificate and the check of everybody else's, for one meeting (design 6). Without a certificate
 * that is good in every respect nobody is let in, whatever the SFU or a member says.
 */
export class Admission implements AdmissionPort {
  readonly site: Site;
  readonly #options: AdmissionOptions;
  readonly #context: RequestContext;
  #own: { readonly bytes: Bytes; readonly certificate: Certificate } | undefined;
  /** Good certificates of others, by device key: what shows later who signed something. */
  readonly #seen = new Map<string, Bytes>();
  /** The backend's name for this meeting: fixed by our first certificate. */
  #meeting: Uint8Array | undefined;

  private constructor(site: Site, options: AdmissionOptions, context: RequestContext) {
    this.site = site;
    this.#options = options;
    this.#context = context;
  }

  /** @throws SecureMeetingError `token-…` when the site does not tell its keys. */
  static async open(options: AdmissionOptions, context: RequestContext): Promise<Admission> {
    return new Admission(await Site.open(options.api, context), options, context);
  }

  /** What our certificate says; undefined before {@link take}. */
  get own(): Certificate | undefined {
    return this.#own?.certificate;
  }

  /** As members are shown it. At most 2,048 bytes. */
  certificate(): Bytes | undefined {
    return this.#own?.bytes;
  }

  /** What proves to the backend that the `identity` asked for was ours before. */
  async proof(identity: string): Promise<Pick<TokenRequest, 'deviceKeyProof' | 'deviceKeyTime'>> {
    const time = Math.floor(this.site.now);
    return prove(this.#options.ik, { issuer: this.site.issuer, room: this.#options.room, identity, time });
  }

  /**
   * Takes the certificate that came with a token, after checking it as others will.
   * @throws SecureMeetingError `token-answer-invalid` when it is missing or not good for us, `token-encryption-mismatch`
   *   when the meeting is not encrypted as this page asks.
   */
  async take(text: string | undefined): Promise<void> {
    const bytes = decoded(text);
    const identity = bytes && readCertificate(bytes)?.identity;
    if (!bytes || identity === undefined) throw notGood('missing or malformed');
    const verdict = await this.#check(bytes, { identity, ik: this.#options.ik.publicKey });
    if (!verdict.ok) throw notGood(verdict.fault);
    const { certificate } = verdict;
    if (certificate.encryption !== this.#options.encryption) throw new SecureMeetingError('token-encryption-mismatch');
    this.#meeting ??= certificate.meeting;
    // A renewal into another meeting says that this one is over for the site: the certificate we have runs out.
    if (equal(certificate.meeting, this.#meeting)) this.#own = { bytes, certificate };
  }

  /** Whether somebody's certificate lets them into this meeting, and as what. Never throws. */
  async verify(
    bytes: Uint8Array,
    subject: AdmissionSubject,
  ): Promise<{ readonly role: 'host' | 'member'; readonly encryption: 'required' | 'off' } | undefined> {
    if (subject.meeting !== this.#options.room || !this.#meeting) return undefined;
    const verdict = await this.#check(bytes, subject);
    if (!verdict.ok) return undefined;
    const { certificate } = verdict;
    // Another meeting in this room, or one in which the site promised no encryption: not ours.
    if (!equal(certificate.meeting, this.#meeting) || certificate.encryption !== this.#options.encryption)
      return undefined;
    if (this.#seen.size < SEEN_MAX) this.#seen.set(toHex(subject.ik), owned(bytes));
    return { role: certificate.role, encryption: certificate.encryption };
  }

  /** The certificate that came with this device key, if it was good and came while we were here. */
  seen(ik: Uint8Array): Bytes | undefined {
    return this.#seen.get(toHex(ik));
  }

  /**
   * Keeps our certificate fresh: calls `renew` (which asks for a token and ends in {@link take}) when half its time is
   * over. Newcomers check the leader's, which may have been let in hours ago. Returns what stops it.
   */
  keepFresh(renew: () => Promise<unknown>): () => void {
    let cancel: (() => void) | undefined;
    const wait = (ms: number): void => {
      cancel = this.#context.clock.after(ms, () => {
        renew().then(
          () => wait(this.#half()),
          () => this.own && this.own.expires > this.site.now && wait(RENEW_AGAIN),
        );
      });
    };
    wait(this.#half());
    return () => cancel?.();
  }

  #half(): number {
    const { own } = this;
    return own ? Math.max(RENEW_AGAIN, ((own.expires - own.issued) / 2) * 1000) : RENEW_AGAIN;
  }

  async #check(bytes: Uint8Array, subject: Pick<AdmissionSubject, 'identity' | 'ik'>): Promise<CertificateVerdict> {
    const { site } = this;
    const judge = (): CertificateVerdict =>
      verifyCertificate(bytes, {
        ...{ issuer: site.issuer, keys: site.keys, now: site.now },
        ...{ room: this.#options.room, identity: subject.identity, ik: subject.ik },
      });
    const verdict = judge();
    if (verdict.ok || !MENDABLE.includes(verdict.fault)) return verdict;
    return (await site.lookAgain()) ? judge() : verdict;
  }
}

function notGood(fault: string): SecureMeetingError {
  return new SecureMeetingError('token-answer-invalid', { message: `The site's certificate is not good: ${fault}.` });
}

function decoded(text: string | undefined): Bytes | undefined {
  if (text === undefined || text.length > CERTIFICATE_LIMIT * 2) return undefined;
  try {
    return fromBase64Url(text);
  } catch {
    return undefined;
  }
}
