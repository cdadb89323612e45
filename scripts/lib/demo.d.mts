/** Types of demo.mjs, for the tests. */
export interface Demo {
  readonly origin: string;
  readonly webhook: string;
  start(livekit: { readonly url: string; readonly apiKey: string; readonly apiSecret: string }): Promise<void>;
  close(): Promise<void>;
}
export declare function openDemo(options?: {
  readonly ports?: readonly number[];
  readonly dist?: string;
  readonly data?: string;
  readonly built?: string;
}): Promise<Demo>;
