/** An ES module of livekit-client without what a meeting never uses, and the files whose code is in it. */
export function bundleLiveKit(checkout?: string): Promise<{
  readonly code: string;
  readonly map: object;
  readonly modules: readonly string[];
}>;
