import type { ErrorCode } from '../base/index.js';
import type { LeftReason } from './types.js';

/** Refusals of the site after which asking again by ourselves makes no sense, as the reason we are out. */
const REFUSED: Partial<Record<ErrorCode, LeftReason>> = {
  'token-not-admitted': 'denied',
  'token-room-locked': 'locked',
  'token-room-full': 'full',
  'token-refused': 'token',
  'token-unauthorised': 'token',
  'token-passcode-required': 'token',
  'token-passcode-wrong': 'token',
  'token-verification-required': 'token',
  'token-encryption-mismatch': 'token',
  'config-token-source-missing': 'token',
};

/** Why we are out when the site said no for good; undefined when another try may help. */
export function refusalReason(code: ErrorCode): LeftReason | undefined {
  return REFUSED[code];
}

/** Why a join failed. */
export function leftReason(code: ErrorCode): LeftReason {
  const area = code.split('-')[0];
  return refusalReason(code) ?? (area === 'token' || area === 'key' || area === 'network' ? area : 'failed');
}
