/** `npm start` as people run it: what stands when it prints its address, and that Ctrl-C ends that and nothing else. */
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { startLiveKit } from '../../scripts/lib/livekit.mjs';
import { until } from '../e2e/support/until.js';
import { processesWith, startCommand, type Command } from '../support/command.js';

/** The bundles may have to be built first. */
const PATIENCE = 400_000;
const NAME = 'SECURE_MEETING_TEST_RUN';

interface Started {
  readonly command: Command;
  /** All it started, itself included: what runs, by process id. */
  processes(): Promise<ReadonlyMap<number, string>>;
}

interface Ready extends Started {
  readonly origin: string;
  readonly livekit: string;
}

describe('npm start', () => {
  const running: Started[] = [];
  afterEach(async () => {
    for (const { command, processes } of running.splice(0)) {
      await command.close();
      for (const pid of (await processes()).keys()) process.kill(pid, 'SIGKILL');
    }
  });

  /** `bare`: without npm in between, so that the command's process is the one that starts all. */
  function start({
    env = {},
    bare = false,
  }: { readonly env?: NodeJS.ProcessEnv; readonly bare?: boolean } = {}): Started {
    const run = randomUUID();
    const [file, args] = bare ? [process.execPath, ['scripts/start.mjs']] : ['npm', ['start']];
    const command = startCommand(file, args, { env: { ...process.env, NO_COLOR: '1', ...env, [NAME]: run } });
    const started = { command, processes: () => processesWith(`${NAME}=${run}`) };
    running.push(started);
    return started;
  }

  async function ready(started: Started): Promise<Ready> {
    const [, origin] = await started.command.says(/Open +(http:\/\/localhost:\d+)\//, PATIENCE);
    const [, livekit] = await started.command.says(/LiveKit: (?:using )?(ws:\/\/\S+)/);
    return { ...started, origin: origin as string, livekit: livekit as string };
  }

  /** What the demo page asks for when somebody joins. */
  async function token({ origin }: Ready): Promise<{ server_url: string; participant_token: string }> {
    const response = await fetch(`${origin}/api/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ room_name: 'Annual accounts', encryption: 'required' }),
    });
    expect(response.status).to.equal(201);
    return (await response.json()) as { server_url: string; participant_token: string };
  }

  const http = (url: string): string => url.replace(/^ws/, 'http');
  const answers = (url: string): Promise<boolean> =>
    fetch(http(url)).then(
      ({ ok }) => ok,
      () => false,
    );
  const nothingLeft = (started: Started): Promise<unknown> =>
    until('nothing of it runs', async () => {
      expect([...(await started.processes()).values()]).to.deep.equal([]);
      return true;
    });

  it('starts LiveKit, the demo page and its backend, which belong together, and prints the address', async () => {
    const site = await ready(start());
    const page = await fetch(site.origin);
    expect(await page.text()).to.contain('<secure-meeting ');
    expect(page.headers.get('content-security-policy')).to.contain(new URL(site.livekit).host);
    expect((await fetch(`${site.origin}/secure-meeting/secure-meeting.js`)).status).to.equal(200);
    expect(await (await fetch(`${site.origin}/api/.well-known/secure-meeting.json`)).json()).to.have.property(
      'issuer',
      `${site.origin}/api`,
    );
    const { server_url, participant_token } = await token(site);
    expect(server_url).to.equal(site.livekit);
    const entry = await fetch(`${http(server_url)}/rtc/validate?access_token=${participant_token}`);
    expect(entry.status, 'LiveKit takes a token of the backend').to.equal(200);
    expect(site.command.output()).to.contain('Ctrl-C stops it.');
  });

  it('a second one beside the first works, Ctrl-C ends all that one of them started, and nothing else', async () => {
    const [first, second] = [await ready(start()), await ready(start())];
    expect(second.origin).not.to.equal(first.origin);
    expect(second.livekit).not.to.equal(first.livekit);
    const others = await second.processes();
    for (const all of [await first.processes(), others])
      expect(
        [...all.values()].filter((command) => command.includes('livekit-server')),
        'its LiveKit',
      ).not.to.be.empty;
    await Promise.all([token(first), token(second)]);

    first.command.signal('SIGINT');
    await first.command.ended;
    await nothingLeft(first);
    expect(first.command.output()).to.match(/Stopping …\s*$/);
    expect([await answers(first.origin), await answers(first.livekit)]).to.deep.equal([false, false]);

    expect([...(await second.processes()).keys()]).to.deep.equal([...others.keys()]);
    await token(second);
    expect(await answers(second.livekit)).to.equal(true);
  });

  it('Ctrl-C before it is ready ends what is there by then', async () => {
    const site = start({ bare: true });
    await site.command.says(/\[3\/4\]/, PATIENCE);
    site.command.signal('SIGINT');
    expect(await site.command.ended).to.equal(130);
    await nothingLeft(site);
  });

  it('killed without a chance to tidy, it leaves nothing running', async () => {
    const site = await ready(start({ bare: true }));
    process.kill(site.command.pid, 'SIGKILL');
    await nothingLeft(site);
    expect(await answers(site.livekit)).to.equal(false);
  });

  it('uses the LiveKit that the environment names, and leaves it running', async () => {
    const livekit = await startLiveKit();
    try {
      const named = {
        SECURE_MEETING_LIVEKIT_URL: livekit.url,
        SECURE_MEETING_LIVEKIT_KEY: livekit.apiKey,
        SECURE_MEETING_LIVEKIT_SECRET: livekit.apiSecret,
      };
      const site = await ready(start({ env: named, bare: true }));
      expect((await token(site)).server_url).to.equal(livekit.url);
      site.command.signal('SIGINT');
      expect(await site.command.ended).to.equal(130);
      await nothingLeft(site);
      expect(await answers(livekit.url)).to.equal(true);
    } finally {
      await livekit.stop();
    }
  });

  it('says what to do when no LiveKit answers at the address in the environment', async () => {
    const site = start({
      env: {
        SECURE_MEETING_LIVEKIT_URL: 'ws://127.0.0.1:9',
        SECURE_MEETING_LIVEKIT_KEY: 'key',
        SECURE_MEETING_LIVEKIT_SECRET: 's'.repeat(32),
      },
      bare: true,
    });
    expect(await site.command.ended).to.equal(1);
    expect(site.command.output())
      .to.match(/No LiveKit answers at ws:\/\/127\.0\.0\.1:9, which SECURE_MEETING_LIVEKIT_URL names/)
      .and.contain('Start it, mend the address, or unset the variable')
      .and.not.contain('Open ');
    await nothingLeft(site);
  });
});
