/** The demo host site: its pages, the built package, and the backend as a site mounts it, on one origin. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';
import { StepError } from './steps.mjs';
import { serveExamples } from './examples.mjs';
import { frameworkExamples } from './framework-examples.mjs';
import { startWebServer } from './web-server.mjs';

/** Whoever holds one of these ports holds the folder that is named after it, so that no two copies share a database. */
const PORTS = Array.from({ length: 10 }, (_, index) => 4800 + index);
const API = '/api';

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
 * The strictest one that a meeting works under, which `examples/strict-csp` is sent with.
 * @param {string} livekitUrl
 */
const strictPolicy = (livekitUrl) => {
  const { host } = new URL(livekitUrl);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "worker-src 'self'",
    `connect-src 'self' ws://${host} wss://${host} http://${host} https://${host}`,
  ].join('; ');
};

/** What `examples/import-map` maps its imports to: the package's dependencies, as npm installed them. */
const MODULES = [
  'lit',
  'lit-html',
  'lit-element',
  '@lit/reactive-element',
  '@lit/context',
  '@noble/ciphers',
  '@noble/curves',
  '@noble/hashes',
  '@noble/post-quantum',
];

/**
 * Takes an address; the site answers 503 there until `start` has been called with the LiveKit that it is for.
 * @param {{ ports?: readonly number[], dist?: string, data?: string, built?: string }} [options] `data`: where the backend's
 *   database is kept, one folder for each of `ports`; in memory when none of them is free. `built`: where
 *   `scripts/examples.mjs` builds the framework examples.
 * @returns {Promise<{
 *   origin: string,
 *   webhook: string,
 *   start(livekit: { url: string, apiKey: string, apiSecret: string }): Promise<void>,
 *   close(): Promise<void>,
 * }>} `webhook`: the address LiveKit reports to.
 */
export async function openDemo({
  ports = PORTS,
  dist = path.join(root, 'dist'),
  data = path.join(root, '.cache/demo'),
  built = path.join(root, 'build/examples'),
} = {}) {
  let starting;
  let running;
  const examples = serveExamples('/examples/');
  const frameworks = await frameworkExamples();
  const { siteKeys } = await import('../../examples/site-keys.js');
  const web = await startWebServer({
    ports,
    folders: {
      '/': path.join(root, 'examples/demo'),
      '/examples/': path.join(root, 'examples'),
      '/secure-meeting/': dist,
      ...Object.fromEntries(MODULES.map((name) => [`/node_modules/${name}/`, path.join(root, 'node_modules', name)])),
      ...Object.fromEntries(frameworks.map((name) => [`/examples/${name}/`, path.join(built, name, 'dist')])),
    },
    mounts: {
      '/examples/screens/': examples.listener,
      '/examples/designs/': examples.listener,
      '/examples/selfcheck/': examples.listener,
      '/selfcheck': (_request, response) =>
        response.writeHead(308, { location: '/examples/selfcheck/index.html' }).end(),
      // Shared by both.
      '/examples/chunk-': examples.listener,
      '/examples/own-provider/shared-secret-provider.js': examples.listener,
      '/examples/site-keys': siteKeys(),
      [`${API}/`]: (request, response) => {
        if (running) return running.listener(request, response);
        response.writeHead(503, { 'retry-after': '1' }).end();
      },
    },
    headers(pathname) {
      const strict = pathname.startsWith('/examples/strict-csp/');
      if (!running || (pathname.startsWith('/examples/') && !strict)) return {};
      const policy = strict ? running.strictPolicy : running.policy;
      return { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' };
    },
  });
  const folder = ports.includes(web.port) ? path.join(data, String(web.port)) : undefined;
  return {
    origin: web.origin,
    webhook: `${web.origin}${API}/webhooks/livekit`,
    async start(livekit) {
      starting = startBackend(livekit, web, folder, dist);
      running = { ...(await starting), policy: policy(livekit.url), strictPolicy: strictPolicy(livekit.url) };
    },
    async close() {
      await web.close();
      await examples.close();
      // Also when it has only begun: a database should not be left half made.
      await (await starting?.catch(() => undefined))?.server.close();
    },
  };
}

/** Loaded here, since neither the packages nor the bundle are there when `npm start` begins. */
async function startBackend({ url, apiKey, apiSecret }, { origin, port }, folder, dist) {
  const { getRequestListener } = await import('@hono/node-server');
  const { createDevelopmentServer } = await import(pathToFileURL(path.join(dist, 'server/index.js')).href);
  const server = await createDevelopmentServer({
    livekit: { url, apiKey, apiSecret },
    issuer: origin + API,
    origins: [origin, `http://127.0.0.1:${port}`],
    log: (entry) => entry.level !== 'info' && console.error(JSON.stringify(entry)),
    ...(folder !== undefined && { folder }),
  }).catch((error) => {
    if (error.name === 'SettingError')
      throw new StepError(`The backend refuses to start: ${error.message}.`, 'Mend that setting and run this again.');
    throw new StepError(
      `The backend can't start${folder === undefined ? '' : ` on its database in ${folder}`}: ${error.stack ?? error}`,
      'That folder holds nothing but what the demo wrote: delete it and run this again.',
    );
  });
  return { server, listener: getRequestListener((request, environment) => server.fetch(request, environment)) };
}
