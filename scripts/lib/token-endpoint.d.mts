/** Types of token-endpoint.mjs, for the tests. */
export declare function tokenEndpoint(livekit: {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}): (request: Request) => Promise<Response>;
