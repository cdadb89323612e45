/** A small web server for the demo and the tests: folders of files, and Node's own listeners. No dependencies. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * @param {object} options
 * @param {Record<string, string>} options.folders URL prefix (`/x/`) to folder; the longest prefix wins
 * @param {Record<string, import('node:http').RequestListener>} [options.mounts] URL prefix (`/x/`) to who answers below it
 * @param {(pathname: string) => Record<string, string>} [options.headers] for files
 * @param {readonly number[]} [options.ports] the wished ones, best first; a free one when all are taken
 * @returns {Promise<{ origin: string, port: number, close(): Promise<void> }>}
 */
export async function startWebServer({ folders, mounts = {}, headers = () => ({}), ports = [] }) {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const server = createServer((request, response) => {
    void respond(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });

  async function respond(request, response) {
    const { pathname } = new URL(request.url, 'http://host');
    const mount = Object.keys(mounts).find((prefix) => pathname.startsWith(prefix));
    if (mount !== undefined) return mounts[mount](request, response);
    const file = request.method === 'GET' || request.method === 'HEAD' ? await locate(pathname) : undefined;
    if (!file) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    if (file.redirect) return void response.writeHead(308, { location: file.redirect }).end();
    response.writeHead(200, {
      'content-type': TYPES[path.extname(file.path)] ?? 'application/octet-stream',
      'content-length': file.size,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      ...headers(pathname),
    });
    if (request.method === 'HEAD') return void response.end();
    await pipeline(createReadStream(file.path), response);
  }

  async function locate(pathname) {
    const prefix = prefixes.find((candidate) => pathname.startsWith(candidate));
    if (prefix === undefined) return undefined;
    try {
      const folder = await realpath(folders[prefix]);
      let full = path.join(folder, decodeURIComponent(pathname.slice(prefix.length)));
      if ((await stat(full)).isDirectory()) {
        if (!pathname.endsWith('/')) return { redirect: `${pathname}/` };
        full = path.join(full, 'index.html');
      }
      full = await realpath(full);
      if (full !== folder && !full.startsWith(folder + path.sep)) return undefined;
      return { path: full, size: (await stat(full)).size };
    } catch {
      return undefined;
    }
  }

  await listen(server, [...ports, 0]);
  const { port } = server.address();
  return {
    port,
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** On the first of `ports` that is free. 0 is any. */
async function listen(server, [port, ...others]) {
  try {
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    if (others.length === 0 || (error.code !== 'EADDRINUSE' && error.code !== 'EACCES')) throw error;
    await listen(server, others);
  }
}
