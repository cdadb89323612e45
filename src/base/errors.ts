import type { ErrorCode } from './error-codes.js';

/** What an error may carry besides its code. Nothing here may be secret: `error` events and logs show it. */
export interface SecureMeetingErrorOptions {
  /** One English sentence for the developer's console. People read the words of the catalogue instead. */
  readonly message?: string;
  readonly cause?: unknown;
  /** Seconds until another try makes sense, when the other side said so (`Retry-After`). */
  readonly retryAfter?: number;
}

/** The one error class of the package. `code` says what happened; the words for people are in the catalogue. */
export class SecureMeetingError extends Error {
  override readonly name = 'SecureMeetingError';
  readonly code: ErrorCode;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, options: SecureMeetingErrorOptions = {}) {
    super(options.message ?? code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfter = options.retryAfter;
  }

  /** `error` if it is one of ours, else the same fault under `code`. */
  static from(error: unknown, code: ErrorCode): SecureMeetingError {
    return error instanceof SecureMeetingError ? error : new SecureMeetingError(code, { cause: error });
  }
}
