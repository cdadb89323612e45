/**
 * Every machine code an answer of the backend can carry, with its status. The answer is `{ code, field?, retry_after? }`;
 * `retry_after` (seconds) is in the `Retry-After` header too. With `proof-required` come `issuer` and `time`, what a
 * proof is made of.
 */
export const API_CODES = {
  // Why somebody does not get in
  /** A guest who returns is to show the device key: asked again with `device_key_proof`. */
  'proof-required': 403,
  'passcode-required': 403,
  'passcode-wrong': 403,
  'verification-required': 403,
  'not-admitted': 403,
  'room-locked': 403,
  'room-full': 403,
  'encryption-mismatch': 403,
  // Phone verification
  'number-invalid': 400,
  'number-unsupported': 400,
  'code-wrong': 403,
  /** Over, used, replaced by a newer one, out of tries, or never made: not told apart. */
  'code-expired': 403,
  'number-in-use': 403,
  'already-verified': 409,
  'sms-unavailable': 503,
  // What is wrong with a request
  'body-invalid': 400,
  unauthorised: 401,
  'origin-not-allowed': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'body-too-large': 413,
  'type-unsupported': 415,
  'rate-limited': 429,
  // What is wrong here
  internal: 500,
  unavailable: 503,
} as const;

/** A machine code of the backend. */
export type ApiCode = keyof typeof API_CODES;

/** What the backend adds to the room and identity that were asked for: for whom and when a proof is. */
interface ProofAsked {
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Ends a request with `code`. Nothing in it is secret; nothing from the request but the name of a field is in it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiCode;
  /** Where in the body the fault is, for example `device_key`. */
  readonly field: string | undefined;
  /** Whole seconds until another try makes sense. */
  readonly retryAfter: number | undefined;
  /** What is to be signed; only with `proof-required`. */
  readonly proof: ProofAsked | undefined;

  constructor(
    code: ApiCode,
    options: {
      readonly field?: string;
      readonly retryAfter?: number;
      readonly proof?: ProofAsked;
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.field = options.field;
    this.proof = options.proof;
    this.retryAfter = options.retryAfter === undefined ? undefined : Math.max(1, Math.ceil(options.retryAfter));
  }

  get status(): (typeof API_CODES)[ApiCode] {
    return API_CODES[this.code];
  }

  toJSON(): { code: ApiCode; field?: string; retry_after?: number } & Partial<ProofAsked> {
    return {
      code: this.code,
      ...(this.field !== undefined && { field: this.field }),
      ...(this.retryAfter !== undefined && { retry_after: this.retryAfter }),
      ...this.proof,
    };
  }
}
