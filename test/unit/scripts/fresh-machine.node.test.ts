/** What `npm start` and `npm test` do on a machine where something is missing, and what they say when they can't go on. */
import { expect } from 'chai';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { findLiveKit, PINNED, startLiveKit } from '../../../scripts/lib/livekit.mjs';
import { ensurePrograms } from '../../../scripts/lib/system.mjs';
import { installed, makeCheckout, type Checkout } from '../../support/checkout.js';

const START = ['scripts/start.mjs'];
const LOCKED = 'node_modules/.package-lock.json';

describe('on a fresh machine', () => {
  let checkout: Checkout;
  beforeEach(async () => {
    checkout = await makeCheckout();
  });
  afterEach(() => checkout.remove());

  /** `npm ci` as it is when the registry answers. */
  const workingNpm = (): Promise<void> =>
    checkout.program('npm', `mkdir -p "$HERE/node_modules"; echo '${installed('1.0.0')}' >"$HERE/${LOCKED}"`);

  describe('npm packages', () => {
    it('are installed when they are missing', async () => {
      await workingNpm();
      const { text } = await checkout.node(START);
      expect(text).to.contain('npm ci, because they are not installed yet');
      expect(await checkout.calls()).to.deep.equal(['npm ci --no-audit --no-fund']);
      expect(text, 'and the command goes on').to.contain('[3/4] LiveKit');
    });

    it('are installed anew when they are not those of the lock file', async () => {
      await workingNpm();
      await checkout.write(LOCKED, installed('0.9.0'));
      const { text } = await checkout.node(START);
      expect(text).to.contain('npm ci, because one should be 1.0.0');
      expect(await checkout.calls()).to.deep.equal(['npm ci --no-audit --no-fund']);
    });

    it('are left alone when they are, optional ones that are not for this system aside', async () => {
      await workingNpm();
      await checkout.write(LOCKED, installed('1.0.0'));
      const { text } = await checkout.node(START);
      expect(text).to.contain('the locked packages are installed');
      expect(await checkout.calls()).to.deep.equal([]);
    });

    it('that can’t be installed: says that the registry is usually the reason, and shows npm’s own words', async () => {
      await checkout.program('npm', 'echo "npm error network ENOTFOUND" >&2; exit 1');
      const { code, text } = await checkout.node(START);
      expect(code).to.equal(1);
      expect(text).to.contain('npm error network ENOTFOUND');
      expect(text).to.contain('npm ci ended with code 1');
      expect(text).to.contain('check the network');
    });

    it('without npm: says where it comes from', async () => {
      const { code, text } = await checkout.node(START, { PATH: path.join(checkout.folder, 'bin') });
      expect(code).to.equal(1);
      expect(text).to.contain('npm can’t be run'.replace('’', "'"));
      expect(text).to.contain('npm comes with Node');
    });

    it('are installed once when two commands begin at the same moment', async () => {
      await checkout.program(
        'npm',
        `sleep 1; mkdir -p "$HERE/node_modules"; echo '${installed('1.0.0')}' >"$HERE/${LOCKED}"`,
      );
      const both = await Promise.all([checkout.node(START), checkout.node(START)]);
      expect(await checkout.calls()).to.deep.equal(['npm ci --no-audit --no-fund']);
      expect(both.filter(({ text }) => text.includes('waiting for it'))).to.have.lengthOf(1);
    });
  });

  it('an older Node is named, with what is needed', async () => {
    const older = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.4'})";
    for (const script of ['scripts/start.mjs', 'scripts/test.mjs']) {
      const { code, text } = await checkout.node(['--import', older, script]);
      expect(code).to.equal(1);
      expect(text).to.contain('This is Node 18.20.4; Node 20.19 or later is needed.');
      expect(text).to.contain('https://nodejs.org');
    }
  });

  it('a build that fails says whose mistake it is', async () => {
    await checkout.write(LOCKED, installed('1.0.0'));
    await checkout.write('scripts/build.mjs', "console.error('src/x.ts is wrong'); process.exitCode = 2");
    const { code, text } = await checkout.node(START);
    expect(code).to.equal(1);
    expect(text).to.contain('src/x.ts is wrong');
    expect(text).to.contain('The build failed').and.contain('please report it');
  });

  describe('LiveKit', () => {
    beforeEach(() => checkout.write(LOCKED, installed('1.0.0')));
    const cached = (): string =>
      path.join(checkout.folder, `home/.cache/secure-meeting/livekit-${PINNED}/livekit-server`);
    const dies = 'echo "could not parse config" >&2; exit 3';

    it('is built by Go, in the pinned version, into a cache of our own; later it is found there', async () => {
      await checkout.program(
        'go',
        `case $1 in install) printf '#!/bin/sh\\n${dies}\\n' >"$GOBIN/server"; chmod +x "$GOBIN/server";; version) echo go version go1.26;; esac`,
      );
      const first = await checkout.node(START);
      expect(first.text).to.contain(`LiveKit ${PINNED} is not here yet. Building it with go version go1.26`);
      const module = `github.com/livekit/livekit-server/cmd/server@v${PINNED}`;
      expect(await checkout.calls()).to.deep.equal(['go version', `go install -v ${module}`]);
      await access(cached());
      const second = await checkout.node(START);
      expect(second.text).to.contain(`LiveKit ${PINNED}: ${cached()}`);
      expect(await checkout.calls()).to.have.lengthOf(2);
    });

    it('that Go can’t build: shows its last words and the other ways, and leaves nothing half-made', async () => {
      await checkout.program(
        'go',
        `case $1 in install) echo partial >"$GOBIN/server"; echo "dial tcp: no such host" >&2; exit 1;; esac`,
      );
      const { code, text } = await checkout.node(START);
      expect(code).to.equal(1);
      expect(text).to.contain('dial tcp: no such host').and.contain('SECURE_MEETING_LIVEKIT_URL');
      expect(
        await access(path.dirname(cached())).then(() =>
          checkout.node(['-p', `require('fs').readdirSync('${path.dirname(cached())}').length`]),
        ),
      ).to.include({ text: '0\n' });
    });

    it('and no Go: names the three ways to have it', async () => {
      const { code, text } = await checkout.node(START);
      expect(code).to.equal(1);
      expect(text).to.contain('LiveKit is not here, and neither is Go to build it.');
      for (const way of ['install Go', `put livekit-server ${PINNED} on the PATH`, 'name a running server'])
        expect(text).to.contain(way);
    });

    it('on the PATH is used; a version other than the pinned one is told', async () => {
      await checkout.program('livekit-server', 'echo "livekit-server version 1.9.0"');
      const lines: string[] = [];
      const found = await findLiveKit({ env: checkout.env(), log: (line) => lines.push(line) });
      expect(found).to.deep.equal({ kind: 'binary', path: path.join(checkout.folder, 'bin/livekit-server') });
      expect(lines.join()).to.contain('1.9.0').and.contain(`tested with ${PINNED}`);
    });

    it('that ends while starting: shows its last words, and which program it is', async () => {
      await checkout.program('livekit-server', `[ "$1" = --version ] || { ${dies}; }`);
      const { code, text } = await checkout.node(START);
      expect(code).to.equal(1);
      expect(text).to.contain('LiveKit ended while starting (code 3)').and.contain('could not parse config');
      expect(text).to.contain(path.join(checkout.folder, 'bin/livekit-server')).and.contain('replace it');
    });

    for (const [what, env, words] of [
      ['without its key', {}, 'set SECURE_MEETING_LIVEKIT_KEY and SECURE_MEETING_LIVEKIT_SECRET too'],
      ['that is no WebSocket', { SECURE_MEETING_LIVEKIT_URL: 'http://127.0.0.1:9' }, 'must start with ws:// or wss://'],
      [
        'with a short secret',
        { SECURE_MEETING_LIVEKIT_KEY: 'devkey', SECURE_MEETING_LIVEKIT_SECRET: 'secret' },
        'must have at least 32 characters',
      ],
      [
        'where nobody answers',
        { SECURE_MEETING_LIVEKIT_KEY: 'key', SECURE_MEETING_LIVEKIT_SECRET: 's'.repeat(32) },
        'No LiveKit answers at ws://127.0.0.1:9',
      ],
    ] as const)
      it(`at an address ${what}: says what to do`, async () => {
        const named = checkout.env({ SECURE_MEETING_LIVEKIT_URL: 'ws://127.0.0.1:9', ...env });
        const error = await startLiveKit({ env: named }).then(
          () => undefined,
          (thrown: Error) => thrown,
        );
        expect(error?.name).to.equal('LiveKitError');
        expect(error?.message).to.contain(words);
      });
  });

  describe('browsers and services', () => {
    const programs = (): Parameters<typeof ensurePrograms>[1] => ({
      programs: [
        {
          name: 'Browser',
          paths: [path.join(checkout.folder, 'usr/browser')],
          variable: 'BROWSER',
          apt: 'the-browser',
        },
        { name: 'Sound', paths: [path.join(checkout.folder, 'usr/sound')], apt: 'the-sound', without: 'it is quiet' },
      ],
      env: checkout.env(),
      isRoot: true,
    });
    const ensure = async (
      options = programs(),
    ): Promise<{ lines: string; error: (Error & { help?: string }) | undefined }> => {
      const lines: string[] = [];
      const error = await ensurePrograms((line) => lines.push(line), options).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      return { lines: lines.join('\n'), error };
    };
    /** Installs those of these packages that it is asked for. */
    const apt = (...known: string[]): Promise<void> =>
      checkout.program(
        'apt-get',
        `mkdir -p "$HERE/usr"; for each in "$@"; do case $each in the-*) case " ${known.join(' ')} " in *" $each "*) touch "$HERE/usr/\${each#the-}";; *) exit 100;; esac;; esac; done`,
      );

    it('are installed by apt as root', async () => {
      await apt('the-browser', 'the-sound');
      const { lines, error } = await ensure();
      expect(error).to.equal(undefined);
      expect(lines).to.contain('missing: Browser, Sound');
      expect((await checkout.calls()).at(-1))
        .to.contain('install')
        .and.contain('the-browser the-sound');
      expect((await ensure()).lines).to.equal('Browser, Sound: all there');
    });

    it('are installed by sudo when it asks nothing', async () => {
      await apt('the-browser', 'the-sound');
      await checkout.program('sudo', 'shift; exec "$@"');
      expect((await ensure({ ...programs()!, isRoot: false })).error).to.equal(undefined);
      expect((await checkout.calls())[0]).to.equal('sudo -n true');
    });

    it('where apt may not be used: says how to install them, and how to name one that is elsewhere', async () => {
      await apt('the-browser', 'the-sound');
      await checkout.program('sudo', 'echo "a password is required" >&2; exit 1');
      const { error } = await ensure({ ...programs()!, isRoot: false });
      expect(error?.message).to.equal('Browser is not here and could not be installed.');
      expect(error?.help)
        .to.contain('sudo apt-get install the-browser the-sound')
        .and.contain('BROWSER=/path/to/it npm test');
      expect((await checkout.calls()).join()).not.to.contain('apt-get');
    });

    it('where there is no apt: says how, too', async () => {
      const options = programs()!;
      const { error } = await ensure({ ...options, env: { ...options.env, PATH: checkout.folder } });
      expect(error?.help).to.contain('Elsewhere install Browser');
    });

    it('what the tests can do without is said and left out', async () => {
      await apt('the-browser');
      const { lines, error } = await ensure();
      expect(error).to.equal(undefined);
      expect(lines).to.contain('Sound is not here: it is quiet');
    });

    it('a program that is named elsewhere counts', async () => {
      await apt('the-sound');
      await checkout.program('browser', '');
      const options = programs()!;
      const { lines } = await ensure({
        ...options,
        env: { ...options.env, BROWSER: path.join(checkout.folder, 'bin/browser') },
      });
      expect(lines).to.contain('missing: Sound').and.not.to.contain('Browser');
    });
  });
});
