/** One message with a code. */
export interface SmsMessage {
  /** Names this sending: a gateway that is asked twice under one id should send once. 32 hexadecimal digits. */
  readonly id: string;
  /** E.164: `+` and at most 15 digits. */
  readonly to: string;
  /** Six digits. */
  readonly code: string;
  /** The whole message, for gateways that send texts. */
  readonly text: string;
}

/** How codes get to phones. */
export interface SmsSender {
  /**
   * Resolves when the gateway took the message; rejects when it refused, or when `signal` aborts. It must not retry by
   * itself, nor write the message anywhere. An error's message is not logged, its `name` and `code` are.
   */
  send(message: SmsMessage, signal: AbortSignal): Promise<void>;
  /** For gateways that want to hear that a code came back. A failure changes nothing. */
  confirm?(to: string, signal: AbortSignal): Promise<void>;
}

/** The gateway answered with something else than success. */
export class SmsGatewayError extends Error {
  override readonly name = 'SmsGatewayError';
  /** `http-‹status›`. */
  readonly code: string;

  constructor(status: number) {
    super(`the gateway answered ${status}`);
    this.code = `http-${status}`;
  }
}
