import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { bundlePage, type Replacements } from './bundle.js';

export interface PageServer {
  /** `http://127.0.0.1:port`, a secure context. */
  readonly origin: string;
  /** Bundles the page script (once per script and replacements) and returns the address of a page that loads it. */
  page(entry: string, options?: { readonly replacements?: Replacements; readonly csp?: string }): Promise<string>;
  /** Serves something under a path of its own, as long as the server runs. The last one registered for a path wins. */
  handle(path: string, handler: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>): void;
  /** Serves the files of a folder below a path, for example a build. */
  folder(path: string, folder: string): void;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export async function startPageServer(): Promise<PageServer> {
  const handlers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void | Promise<void>>();
  const folders = new Map<string, string>();
  const bundles = new Map<string, Promise<string>>();
  const scripts = new Map<string, Uint8Array>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const handler = handlers.get(pathname);
    if (handler) return handler(request, response);
    const script = scripts.get(pathname);
    if (script) return void response.writeHead(200, { 'content-type': TYPES['.js'] }).end(script);
    for (const [below, folder] of folders) {
      if (!pathname.startsWith(below)) continue;
      const file = path.join(folder, path.normalize(pathname.slice(below.length)));
      if (!file.startsWith(folder + path.sep)) break;
      const contents = await readFile(file).catch(() => undefined);
      if (!contents) break;
      const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
      return void response.writeHead(200, { 'content-type': type }).end(contents);
    }
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
  }

  const server = createServer((request, response) => {
    response.setHeader('cache-control', 'no-store');
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let pages = 0;

  return {
    origin,
    async page(entry, { replacements = {}, csp } = {}) {
      const key = JSON.stringify([entry, replacements]);
      let bundle = bundles.get(key);
      if (!bundle) {
        bundle = bundlePage(entry, replacements).then(({ script, files }) => {
          for (const [name, contents] of files) scripts.set(`/built/${name}`, contents);
          return `/built/${script}`;
        });
        bundles.set(key, bundle);
      }
      const script = await bundle;
      const address = `/page-${++pages}`;
      handlers.set(address, (_request, response) => {
        response.writeHead(200, {
          'content-type': TYPES['.html'],
          ...(csp === undefined ? {} : { 'content-security-policy': csp }),
        });
        response.end(
          `<!doctype html><html lang="en"><meta charset="utf-8"><title>${path.basename(entry)}</title>` +
            `<script type="module" src="${script}"></script><body></body></html>`,
        );
      });
      return origin + address;
    },
    handle: (at, handler) => void handlers.set(at, handler),
    folder: (below, folder) => void folders.set(below.endsWith('/') ? below : `${below}/`, path.resolve(folder)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
