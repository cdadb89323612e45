/** The demo host site: its pages, the built package, and the token endpoint, on one origin. */
import path from 'node:path';
import { root } from './paths.mjs';
import { tokenEndpoint } from './token-endpoint.mjs';
import { startWebServer } from './web-server.mjs';

/**
 * What a careful site would send: nothing inline, nothing from elsewhere.
 * @param {string} livekitUrl
 */
const policy = (livekitUrl) => {
  const { host } = new URL(livekitUrl);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "worker-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `connect-src 'self' ws://${host} wss://${host} http://${host} https://${host}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
};

/**
 * @param {{ livekit: { url: string, apiKey: string, apiSecret: string }, port?: number, dist?: string }} options
 * @returns {Promise<{ origin: string, close(): Promise<void> }>}
 */
export function startDemo({ livekit, port = 0, dist = path.join(root, 'dist') }) {
  return startWebServer({
    port,
    folders: {
      '/': path.join(root, 'examples/demo'),
      '/examples/': path.join(root, 'examples'),
      '/secure-meeting/': dist,
    },
    handlers: { '/api/token': tokenEndpoint(livekit) },
    headers: (pathname) =>
      pathname.startsWith('/examples/')
        ? {}
        : { 'content-security-policy': policy(livekit.url), 'referrer-policy': 'no-referrer' },
  });
}
