/** Types of web-server.mjs, for the tests. */
export interface WebServer {
  readonly origin: string;
  close(): Promise<void>;
}
export declare function startWebServer(options: {
  readonly folders: Readonly<Record<string, string>>;
  readonly handlers?: Readonly<Record<string, (request: Request) => Promise<Response>>>;
  readonly headers?: (pathname: string) => Readonly<Record<string, string>>;
  readonly port?: number;
}): Promise<WebServer>;
