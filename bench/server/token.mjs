/**
 * Tokens with admission certificates at a steady rate, over HTTP on loopback, the backend in a process of its own.
 * Usage: node scripts/build.mjs, then node bench/server/token.mjs [database URL] [requests per second] [seconds]
 * (default: an embedded database, 500, 10). Prints one line of JSON.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const [url = '', rate = '500', seconds = '10'] = process.argv.slice(2);

if (process.env.BENCH_SERVER) await serve();
else await drive();

async function serve() {
  const { createServer, listen, openPglite, openPostgres } = await import('../../dist/server/index.js');
  const started = performance.now();
  const key = (byte) => Buffer.alloc(32, byte).toString('base64url');
  const server = await createServer({
    database: url ? await openPostgres({ url }) : await openPglite(),
    livekit: { url: 'ws://127.0.0.1:7880', apiKey: 'key', apiSecret: 'a-secret-for-the-bench-of-32-chars' },
    authenticate: (request) => ({ id: request.headers.get('x-user') ?? 'nobody', verified: true }),
    policy: () => ({ admit: true }),
    issuer: 'https://meet.example',
    signingKeys: [key(1)],
    secrets: [key(2)],
    origins: [],
    requestsPerMinute: 1_000_000,
    log: () => undefined,
  });
  const { port } = await listen(server, 0, '127.0.0.1');
  process.send({ port, startMs: Math.round(performance.now() - started) });
  process.on('message', () => process.send({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() }));
}

async function drive() {
  const child = fork(self, [url], { env: { ...process.env, BENCH_SERVER: '1' } });
  const [{ port, startMs }] = await once(child, 'message');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const times = [];
  let failed = 0;
  const ask = (n) =>
    new Promise((resolve) => {
      const began = performance.now();
      const deviceKey = Buffer.alloc(32, n & 255).toString('base64url');
      const request = http.request(
        {
          agent,
          port,
          host: '127.0.0.1',
          path: '/token',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-user': `user-${n % 2000}` },
        },
        (response) => {
          if (response.statusCode !== 201) failed++;
          response.resume().on('end', () => {
            times.push(performance.now() - began);
            resolve();
          });
        },
      );
      request.on('error', () => {
        failed++;
        resolve();
      });
      request.end(JSON.stringify({ room_name: `room-${n % 100}`, device_key: deviceKey }));
    });
  for (let i = 0; i < 300; i++) await ask(i);
  times.length = 0;
  const total = Number(rate) * Number(seconds);
  const began = performance.now();
  const running = [];
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * Number(rate)));
    while (sent < due) running.push(ask(sent++));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(running);
  const elapsed = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => Math.round(times[Math.floor(times.length * share)] * 10) / 10;
  child.send('usage');
  const [{ cpu, rss }] = await once(child, 'message');
  console.log(
    JSON.stringify({
      database: url ? 'PostgreSQL' : 'PGlite',
      perSecond: Math.round(times.length / elapsed),
      failed,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      cpuMsPerRequest: Math.round(((cpu.user + cpu.system) / 1000 / (times.length + 300)) * 100) / 100,
      rssMb: Math.round(rss / 1e6),
      startMs,
    }),
  );
  child.kill();
  agent.destroy();
}
