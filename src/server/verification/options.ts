import type { SmsSender } from './sms/sender.js';

/** One-time phone verification. Without these options no user is asked for a number. */
export interface VerificationOptions {
  readonly sms: SmsSender;
  /** The site's name in the message, at most 40 characters. */
  readonly siteName: string;
  /** ISO 3166 codes of the countries numbers may be of. Nothing else is sent to: pumping likes far-away ranges. */
  readonly countries: readonly string[];
  /** Messages in 24 hours over all copies, then nothing is sent (500). */
  readonly sendsPerDay?: number;
  /** Users that one number may verify (3): families share phones, farms share more. */
  readonly usersPerNumber?: number;
  /** Days a verification is kept after its last use (730). */
  readonly retentionDays?: number;
}
