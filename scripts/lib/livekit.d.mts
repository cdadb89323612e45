/** Types of livekit.mjs, for the tests. */
type Log = (line: string) => void;

export declare const PINNED: string;
export declare class LiveKitError extends Error {}

export interface LiveKitServer {
  /** `ws://127.0.0.1:port` */
  readonly url: string;
  /** `http://127.0.0.1:port` */
  readonly httpUrl: string;
  readonly apiKey: string;
  /** At least 32 characters. */
  readonly apiSecret: string;
  /** Undefined while no server of ours runs. */
  readonly pid: number | undefined;
  logLines(): readonly string[];
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  restart(): Promise<void>;
}

export declare function findLiveKit(options?: {
  readonly log?: Log;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<
  | { readonly kind: 'address'; readonly url: string; readonly apiKey: string; readonly apiSecret: string }
  | { readonly kind: 'binary'; readonly path: string }
>;

export declare function startLiveKit(options?: {
  readonly log?: Log;
  readonly env?: NodeJS.ProcessEnv;
  readonly config?: object;
  readonly webhook?: string;
  readonly like?: { readonly apiKey: string; readonly apiSecret: string };
}): Promise<LiveKitServer>;
