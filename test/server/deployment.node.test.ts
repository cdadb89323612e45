/** The files of `examples/deployment`: what an operator copies must start, and close what must be closed. */
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { createServer, listen, openPostgres, runCli } from '../../src/server/index.js';
import { serverOptions, Settings } from '../../src/server/operator/settings.js';
import { startCluster, type Cluster } from './support/postgres.js';

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
}

const folder = path.join(process.cwd(), 'examples/deployment');
const read = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');

/** As compose does: `${NAME:?what is wrong}` from `.env`. */
function filled(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+):\?[^}]*\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) throw new Error(`${name} is missing in .env`);
    return value;
  });
}

describe('the compose file', () => {
  let services: Readonly<Record<string, Service>>;
  let livekit: { readonly webhook: { readonly urls: readonly string[]; readonly api_key: string } };
  let env: Record<string, string>;
  let cluster: Cluster;
  const nodeEnv = process.env['NODE_ENV'];
  before(async () => {
    services = (parse(await read('compose.yaml')) as { services: typeof services }).services;
    livekit = parse(await read('livekit.yaml')) as typeof livekit;
    cluster = await startCluster();
    // What its first lines tell the operator to write into `.env`.
    const keys: string[] = [];
    await runCli(['keys'], {}, { out: (text) => keys.push(text), err: () => undefined });
    env = {};
    for (const [, name = '', value = ''] of keys.join('\n').matchAll(/^(\w+)=(\S+)$/gm)) env[name] = value;
    Object.assign(env, {
      POSTGRES_PASSWORD: '5'.repeat(64),
      LIVEKIT_API_KEY: 'meetings',
      LIVEKIT_API_SECRET: '6'.repeat(64),
    });
  });
  after(async () => {
    if (nodeEnv === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = nodeEnv;
    await cluster.stop();
  });

  it('gives the backend settings it starts with in production, and the hooks let nobody in as they stand', async () => {
    const environment = Object.fromEntries(
      Object.entries(services['backend']!.environment!).map(([name, value]) => [name, filled(value, env)]),
    );
    expect(environment['NODE_ENV']).to.equal('production');
    const settings = await Settings.read({
      ...environment,
      SECURE_MEETING_HOOKS: path.join(folder, 'hooks.js'),
    });
    expect(environment['SECURE_MEETING_DATABASE_URL']).to.match(/^postgres:\/\/meeting:5{64}@postgres:5432\/meeting$/);
    process.env['NODE_ENV'] = 'production';
    const database = await openPostgres({ url: cluster.createDatabase() });
    const server = await createServer({ ...(await serverOptions(settings)), database, log: () => undefined });
    const { port, close } = await listen(server, 0, '127.0.0.1');
    const refused = await fetch(`http://127.0.0.1:${port}/meeting/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' },
      body: JSON.stringify({ room_name: 'weekly' }),
    });
    expect([refused.status, await refused.json()]).to.deep.equal([403, { code: 'not-admitted' }]);
    expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).to.equal(200);
    await close();
  });

  it('names what is missing in .env', () => {
    const { SECURE_MEETING_DATABASE_URL: url = '' } = services['backend']!.environment!;
    expect(() => filled(url, {})).to.throw('POSTGRES_PASSWORD is missing in .env');
    const open = Object.entries(services['backend']!.environment!).filter(([, value]) => /\$\{\w+\}/.test(value));
    expect(open, 'a variable that may be empty').to.deep.equal([]);
  });

  it('opens ports of the proxy and of media alone, and passes on no route that is for the operator’s machines', async () => {
    const open = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(open).to.deep.equal(['livekit 7881:7881/tcp', 'livekit 7882:7882/udp', 'proxy 80:80', 'proxy 443:443']);
    const passed = /^\s*@meeting path (.+)$/m.exec(await read('Caddyfile'))![1]!.split(' ');
    expect(passed.every((each) => each.startsWith('/meeting/'))).to.equal(true);
    for (const internal of ['health', 'ready', 'metrics', 'webhooks'])
      expect(passed.filter((each) => each.includes(internal))).to.deep.equal([]);
  });

  it('has exact versions, LiveKit’s the one everything is tested with, and its webhooks go to the backend', async () => {
    for (const [name, { image }] of Object.entries(services))
      if (image !== undefined) expect(image, name).to.match(/:v?\d+\.\d+(\.\d+)?$/);
    const { PINNED } = await import('../../scripts/lib/livekit.mjs');
    expect(services['livekit']!.image).to.equal(`livekit/livekit-server:v${PINNED}`);
    expect(livekit.webhook.urls).to.deep.equal(['http://backend:8080/webhooks/livekit']);
    expect(livekit.webhook.api_key, 'as the first lines say').to.equal(env['LIVEKIT_API_KEY']);
  });

  it('installs the backend’s packages in the ranges the package names', async () => {
    const { version, peerDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
      version: string;
      peerDependencies: Record<string, string>;
    };
    const installed = new Map<string, string>();
    for (const [, name = '', at = ''] of (await read('Dockerfile')).matchAll(/ (@?[\w/-]+)@([\d.]+)/g))
      installed.set(name, at);
    expect(installed.get('secure-meeting')).to.equal(version);
    for (const name of ['hono', 'valibot', 'pg', 'livekit-server-sdk', 'libphonenumber-js', '@hono/node-server'])
      expect(peerDependencies[name], name).to.match(new RegExp(`^\\^${installed.get(name)}\\.`));
  });
});
