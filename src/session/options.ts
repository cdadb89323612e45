import { SecureMeetingError } from '../base/index.js';
import { isName } from './talk.js';
import type { SessionOptions } from './types.js';

/** Longest room name, in characters as a person counts them. */
const ROOM_LIMIT = 128;

/** @throws SecureMeetingError `config-…` for what can't work, before anything was asked of anybody. */
export function checkOptions(options: SessionOptions): SessionOptions {
  const { room, displayName, encryption, quality, tokenEndpoint, api } = options;
  if (typeof room !== 'string' || room === '') throw new SecureMeetingError('config-room-missing');
  if ([...room].length > ROOM_LIMIT || hasControl(room)) throw new SecureMeetingError('config-room-invalid');
  if (displayName !== undefined && displayName !== '' && !isName(displayName))
    throw new SecureMeetingError('config-name-invalid');
  if (encryption !== undefined && !['required', 'off'].includes(encryption)) throw invalid('encryption');
  if (quality !== undefined && !['auto', 'saver', 'audio'].includes(quality)) throw invalid('quality');
  for (const [name, url] of Object.entries({ tokenEndpoint, api }))
    if (url !== undefined && !isAddress(url)) throw invalid(name);
  return Object.freeze({ ...options });
}

const invalid = (name: string): SecureMeetingError =>
  new SecureMeetingError('config-invalid', { message: `The value of "${name}" is not one that is known.` });

// eslint-disable-next-line no-control-regex -- control characters are what is refused here
const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f-\u009f]/.test(text);

/** An address that `fetch` takes here: absolute, or relative to the page. */
function isAddress(text: string): boolean {
  try {
    const base = typeof document === 'undefined' ? 'https://page.invalid/' : document.baseURI;
    return ['http:', 'https:'].includes(new URL(text, base).protocol);
  } catch {
    return false;
  }
}
