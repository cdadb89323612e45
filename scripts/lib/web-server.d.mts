/** Types of web-server.mjs, for the tests. */
import type { RequestListener } from 'node:http';

export interface WebServer {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}
export declare function startWebServer(options: {
  readonly folders: Readonly<Record<string, string>>;
  readonly mounts?: Readonly<Record<string, RequestListener>>;
  readonly headers?: (pathname: string) => Readonly<Record<string, string>>;
  readonly ports?: readonly number[];
}): Promise<WebServer>;
