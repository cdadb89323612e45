/**
 * Finds LiveKit, or builds it, and runs it on loopback. Used by `npm start`, by the tests and by the benchmarks.
 * No dependencies: it runs before the npm packages are there.
 */
import { createSocket } from 'node:dgram';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { atExit, endsWithUs } from './at-exit.mjs';
import { spawnGuarded } from './guarded-process.mjs';
import { findOnPath, programName } from './on-path.mjs';

/** The version everything is measured with. Later ones can't be built by `go install` (replace lines in their go.mod). */
export const PINNED = '1.13.5';

const MODULE = `github.com/livekit/livekit-server/cmd/server@v${PINNED}`;
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const LOG_LINES = 20_000;
/** LiveKit warns below it, and our backend refuses. */
const SECRET_LENGTH = 32;

/** What goes wrong here is for people to read: `message` says what happened and what to do. */
export class LiveKitError extends Error {
  name = 'LiveKitError';
}

const HELP =
  `Either install Go 1.26 or later (https://go.dev/dl) and run this again, or put livekit-server ${PINNED} on the PATH ` +
  '(https://github.com/livekit/livekit/releases), or name a running server: SECURE_MEETING_LIVEKIT_URL=ws://… with ' +
  'SECURE_MEETING_LIVEKIT_KEY and SECURE_MEETING_LIVEKIT_SECRET.';

/**
 * Where LiveKit is: an address from the environment, `livekit-server` on the PATH, our own cache, or, failing these,
 * built into that cache by `go install` (one or two minutes, once).
 * @param {{ log?: (line: string) => void, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ kind: 'address', url: string, apiKey: string, apiSecret: string } | { kind: 'binary', path: string }>}
 * @throws {LiveKitError}
 */
export async function findLiveKit({ log = () => {}, env = process.env } = {}) {
  const address = addressFrom(env);
  if (address) {
    log(`LiveKit: using ${address.url}`);
    return address;
  }
  const onPath = await findOnPath('livekit-server', env);
  if (onPath) {
    const version = /\d+\.\d+\.\d+/.exec((await output(onPath, ['--version'])) ?? '')?.[0] ?? 'unknown version';
    log(`LiveKit: ${onPath} (${version}${version === PINNED ? '' : `; everything here is tested with ${PINNED}`})`);
    return { kind: 'binary', path: onPath };
  }
  const cached = path.join(cacheFolder(env), programName('livekit-server'));
  if (existsSync(cached)) log(`LiveKit ${PINNED}: ${cached}`);
  else await build(cached, log, env);
  return { kind: 'binary', path: cached };
}

/**
 * Starts LiveKit on loopback, on free ports, with a random key. Ends with this process, however that ends.
 * With an address in the environment nothing is started: then `stop` does nothing and `kill`, `pause`, `resume` and
 * `restart` reject.
 * @param {{ log?: (line: string) => void, env?: NodeJS.ProcessEnv, config?: object, webhook?: string,
 *   like?: { apiKey: string, apiSecret: string } }} [options]
 *   `config` is merged over ours, objects by key (https://github.com/livekit/livekit/blob/master/config-sample.yaml);
 *   `webhook`: the address it reports to, signed with its key; `like`: takes
 *   the key of another node of one LiveKit.
 * @throws {LiveKitError}
 */
export async function startLiveKit({ log = () => {}, env = process.env, config = {}, webhook, like } = {}) {
  const found = await findLiveKit({ log, env });
  if (found.kind === 'address') {
    const server = atAddress(found);
    if (await answers(server.httpUrl)) return server;
    throw new LiveKitError(
      `No LiveKit answers at ${found.url}, which SECURE_MEETING_LIVEKIT_URL names. Start it, mend the address, or unset ` +
        'the variable: then one is started here.',
    );
  }
  // Between finding a free port and LiveKit's taking it, somebody else may: then once more with others.
  for (let attempt = 1; ; attempt++) {
    const server = new Server(found.path, merge(await defaults(), config), env, webhook, like);
    try {
      await server.start();
      log(`LiveKit: ${server.url}`);
      return server;
    } catch (error) {
      if (attempt === 3 || !server.logLines().some((line) => line.includes('address already in use'))) throw error;
    }
  }
}

class Server {
  #binary;
  #config;
  #env;
  #process;
  #lines = [];
  apiKey = `key-${randomBytes(6).toString('hex')}`;
  apiSecret = randomBytes(32).toString('base64url');

  constructor(binary, config, env, webhook, like) {
    this.#binary = binary;
    if (like) [this.apiKey, this.apiSecret] = [like.apiKey, like.apiSecret];
    this.#config = {
      ...config,
      keys: { [this.apiKey]: this.apiSecret },
      ...(webhook !== undefined && { webhook: { api_key: this.apiKey, urls: [webhook] } }),
    };
    // Variables that would override our configuration stay out.
    const { LIVEKIT_KEYS, LIVEKIT_CONFIG, NODE_IP, UDP_PORT, ...rest } = env;
    this.#env = { ...rest, LIVEKIT_CONFIG: JSON.stringify(this.#config) };
  }

  get url() {
    return `ws://127.0.0.1:${this.#config.port}`;
  }
  get httpUrl() {
    return `http://127.0.0.1:${this.#config.port}`;
  }
  /** Of the server itself; undefined while none runs. */
  get pid() {
    return this.#process?.pid;
  }
  /** What it wrote since the first start, both streams, at most the last 20,000 lines. */
  logLines() {
    return [...this.#lines];
  }

  async start() {
    let running;
    let ended;
    running = await spawnGuarded(this.#binary, [], {
      env: this.#env,
      onLine: (line) => {
        this.#lines.push(line);
        if (this.#lines.length > LOG_LINES) this.#lines.shift();
      },
      onExit: (how) => {
        ended = how;
        if (this.#process === running) this.#process = undefined;
      },
    }).catch((error) => {
      throw new LiveKitError(`LiveKit can't be run (${this.#binary}): ${error.message}. ${HELP}`);
    });
    this.#process = running;
    for (const deadline = performance.now() + START_TIMEOUT_MS; ; await sleep(25)) {
      if (ended) {
        throw new LiveKitError(
          `LiveKit ended while starting (${ended.signal ?? `code ${ended.code}`}). Its last words:\n` +
            `${this.#lines.slice(-8).join('\n')}\nIts program is ${this.#binary}. Mend what it names, or replace it. ${HELP}`,
        );
      }
      if (await answers(this.httpUrl)) return;
      if (performance.now() > deadline) {
        await this.kill();
        throw new LiveKitError(`LiveKit did not answer on ${this.httpUrl} within ${START_TIMEOUT_MS / 1000} s.`);
      }
    }
  }

  /** Ends it: clients are told. A second signal spares us its five seconds of waiting; force comes after five more. */
  async stop() {
    const running = this.#process;
    if (!running) return;
    running.signal('SIGCONT');
    running.signal('SIGTERM');
    const insist = setInterval(() => running.signal('SIGTERM'), 100);
    const patience = setTimeout(() => running.signal('SIGKILL'), STOP_TIMEOUT_MS);
    await running.exited();
    clearInterval(insist);
    clearTimeout(patience);
  }

  /** SIGKILL: rooms, sockets and state are gone without a word. Resolves once it is dead. */
  async kill() {
    const running = this.#process;
    running?.signal('SIGKILL');
    await running?.exited();
  }

  /** SIGSTOP: sockets stay open and nothing answers, as when a network goes dark. */
  async pause() {
    this.#process?.signal('SIGSTOP');
  }
  async resume() {
    this.#process?.signal('SIGCONT');
  }

  /** Same ports, key and secret; no rooms. Also after `kill` or `stop`. */
  async restart() {
    await this.stop();
    await this.start();
  }
}

function atAddress({ url, apiKey, apiSecret }) {
  const refuse = async () => {
    throw new LiveKitError(`The LiveKit at ${url} is not ours to stop.`);
  };
  return {
    url,
    httpUrl: url.replace(/^ws/, 'http'),
    apiKey,
    apiSecret,
    pid: undefined,
    logLines: () => [],
    stop: async () => {},
    kill: refuse,
    pause: refuse,
    resume: refuse,
    restart: refuse,
  };
}

function addressFrom(env) {
  const url = env.SECURE_MEETING_LIVEKIT_URL;
  if (!url) return undefined;
  const apiKey = env.SECURE_MEETING_LIVEKIT_KEY;
  const apiSecret = env.SECURE_MEETING_LIVEKIT_SECRET;
  if (!/^wss?:\/\//.test(url)) throw new LiveKitError('SECURE_MEETING_LIVEKIT_URL must start with ws:// or wss://.');
  if (!apiKey || !apiSecret) {
    throw new LiveKitError(
      'SECURE_MEETING_LIVEKIT_URL is set: set SECURE_MEETING_LIVEKIT_KEY and SECURE_MEETING_LIVEKIT_SECRET too.',
    );
  }
  if (apiSecret.length < SECRET_LENGTH) {
    throw new LiveKitError(
      `SECURE_MEETING_LIVEKIT_SECRET must have at least ${SECRET_LENGTH} characters: whoever guesses it can pose as anyone. ` +
        "LiveKit's own --dev key has fewer; CONTRIBUTING.md shows how to give it another.",
    );
  }
  return { kind: 'address', url, apiKey, apiSecret };
}

/**
 * LiveKit's own defaults pick a network interface and all its ports; these keep it on loopback, where Chromium and
 * Firefox both find it. AV1 and H.265 are left out: we can't protect them.
 */
async function defaults() {
  const [port, tcp] = await freeTcpPorts(2);
  return {
    port,
    bind_addresses: ['127.0.0.1'],
    rtc: {
      tcp_port: tcp,
      udp_port: await freeUdpPort(),
      use_external_ip: false,
      node_ip: '127.0.0.1',
      enable_loopback_candidate: true,
      interfaces: { includes: ['lo'] },
    },
    room: {
      enabled_codecs: ['audio/opus', 'video/vp8', 'video/vp9', 'video/h264'].map((mime) => ({ mime })),
    },
    logging: { level: 'info', json: true },
  };
}

function merge(base, over) {
  const plain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!plain(base) || !plain(over)) return over;
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) result[key] = key in base ? merge(base[key], value) : value;
  return result;
}

/** Built beside its final place and renamed: nobody ever finds half a binary, and two builders do not collide. */
async function build(target, log, env) {
  const go = await findOnPath('go', env);
  if (!go) throw new LiveKitError(`LiveKit is not here, and neither is Go to build it. ${HELP}`);
  const version = ((await output(go, ['version'])) ?? '').trim();
  log(`LiveKit ${PINNED} is not here yet. Building it with ${version || go}: one or two minutes, once …`);
  await mkdir(path.dirname(target), { recursive: true });
  const workplace = await mkdtemp(path.join(path.dirname(target), 'building-'));
  const tidy = atExit(() => rmSync(workplace, { recursive: true, force: true }));
  try {
    const started = performance.now();
    let lines = 0;
    let last = '';
    const tail = [];
    const child = endsWithUs(
      spawn(go, ['install', '-v', MODULE], {
        env: { ...env, GOBIN: workplace, CGO_ENABLED: env.CGO_ENABLED ?? '0' },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    const progress = setInterval(
      () => log(`  ${Math.round((performance.now() - started) / 1000)} s: ${lines} steps, ${last}`),
      5_000,
    );
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines++;
        last = line;
        tail.push(line);
        if (tail.length > 12) tail.shift();
      });
    }
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }).finally(() => clearInterval(progress));
    if (code !== 0) {
      throw new LiveKitError(`Building LiveKit failed. The last lines of go install:\n${tail.join('\n')}\n${HELP}`);
    }
    await rename(path.join(workplace, programName('server')), target);
    log(`LiveKit ${PINNED}: built in ${Math.round((performance.now() - started) / 1000)} s, kept as ${target}`);
  } finally {
    tidy();
    await rm(workplace, { recursive: true, force: true });
  }
}

function cacheFolder(env) {
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'secure-meeting', `livekit-${PINNED}`);
}

function output(command, args) {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000 }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}

async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Held until all are known, so that they differ. */
async function freeTcpPorts(count) {
  const servers = [];
  for (let i = 0; i < count; i++) {
    const server = createServer();
    await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
    servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function freeUdpPort() {
  const socket = createSocket('udp4');
  await new Promise((resolve, reject) => socket.on('error', reject).bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return port;
}
