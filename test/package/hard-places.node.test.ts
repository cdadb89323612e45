/** Pages that make it hard: it works, or says in one line of the console and one `error` event what is wrong. */
import { expect } from 'chai';
import { build } from 'esbuild';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SecureMeeting } from '../../src/elements/index.js';
import { until } from '../e2e/support/until.js';
import { CLASSIC, expectCall, MODULE, startOwnPages, wrapped, type OwnPages } from './own-pages.js';

/** Not this machine by its name, and not https: no secure context. */
const HOST = 'meetings.example';
/** Everything that a framework could set. */
const PROPERTIES = [
  ...['room', 'tokenEndpoint', 'serverUrl', 'api', 'displayName', 'keyProvider', 'keySource', 'encryption', 'quality'],
  ...['theme', 'layout', 'features', 'shortcuts', 'startMuted', 'startCameraOff', 'skipPrejoin', 'workerSrc'],
  ...['assetBase', 'mode', 'frameSrc', 'tokenSource', 'requestInit', 'tileTag', 'token', 'passphrase', 'session'],
  'messages',
];

describe('hard places', () => {
  let pages: OwnPages;
  before(async () => {
    pages = await startOwnPages({ host: HOST });
  });
  after(() => pages.close());
  afterEach(() => pages.closePages());

  for (const browser of ['chromium', 'firefox'] as const)
    describe(browser, () => {
      for (const nothing of ['undefined', 'null'])
        it(`a framework that sets everything to ${nothing} leaves every default in force`, async () => {
          const opened = await pages.open(browser, `${MODULE}</head><body>`);
          await opened.page.evaluate(
            (names, value) => {
              const element = document.createElement('secure-meeting') as unknown as Record<string, unknown>;
              for (const name of names) element[name] = value === 'null' ? null : undefined;
              document.body.append(element as unknown as Node);
            },
            PROPERTIES,
            nothing,
          );
          await opened.untilPrejoin();
          expect(opened.problems).to.deep.equal([]);
          const { theme, keySource, encryption, room } = await opened.page.$eval('secure-meeting', (element) => {
            const { theme, keySource, encryption, room } = element as SecureMeeting;
            return { theme, keySource, encryption, room };
          });
          expect({ theme, keySource, encryption, room }).to.deep.equal({
            theme: 'auto',
            keySource: 'link',
            encryption: 'required',
            room: '',
          });
          expect(await opened.join()).to.equal('config-room-missing');
        });

      it('objects where text should be are named, each in one line and one event, and count for nothing', async () => {
        const opened = await pages.open(browser, `${MODULE}</head><body>`);
        await opened.page.evaluate(() => {
          const element = document.createElement('secure-meeting');
          Object.assign(element, { room: {}, theme: ['dark'], displayName: 7, tokenEndpoint: () => '/token' });
          document.body.append(element);
        });
        await opened.untilPrejoin();
        await until('the events came', async () => (await opened.errors()).length >= 4);
        expect(await opened.errors()).to.deep.equal(Array(4).fill('config-invalid'));
        expect(
          opened.problems
            .map((line) => /config-invalid: ([\w-]+)=".*" is no(?:ne of| text)/.exec(line)?.[1] ?? line)
            .sort(),
        ).to.deep.equal(['display-name', 'room', 'theme', 'token-endpoint']);
        expect(await opened.join()).to.equal('config-room-missing');
      });

      it('words of its own that are undefined, null or of another kind leave ours, and the latter are named', async () => {
        const opened = await pages.open(browser, `${MODULE}</head><body>`);
        await opened.page.evaluate(() => {
          const element = document.createElement('secure-meeting');
          const messages = {
            ...{ join: undefined, turnOnDevices: null, yourName: { text: 'Name' }, joinRoom: 'Into the room' },
            ...{ joinWithout: 'Or just listen.', errors: { 'config-token-source-missing': null } },
          };
          Object.assign(element, { room: 'weekly', messages });
          document.body.append(element);
        });
        await opened.untilPrejoin();
        const shown = (): Promise<string> =>
          opened.page.$eval(
            'secure-meeting >>> [part~="prejoin-screen"]',
            (screen) => (screen as HTMLElement).innerText,
          );
        for (const words of ['Join “weekly”', 'Your name', 'Turn on camera and microphone', 'Or just listen.'])
          expect(await shown()).to.contain(words);
        const join = 'secure-meeting >>> [part~="prejoin-join"]';
        expect(await opened.page.$eval(join, (button) => button.textContent!.trim())).to.equal('Join');
        await until('the events came', async () => (await opened.errors()).length >= 2);
        const named = (): string[] =>
          opened.problems.map((line) => /config-invalid: messages\.(\w+): /.exec(line)?.[1] ?? line).sort();
        expect(named()).to.deep.equal(['joinRoom', 'yourName']);

        // All words are loaded now, and this one is asked for.
        await opened.page.type('secure-meeting >>> [part~="prejoin-name"]', 'Ana');
        await opened.page.keyboard.press('Enter');
        let said = '';
        await until('our own sentence is shown', async () =>
          /whoever runs this website/.test((said = await shown())),
        ).catch(async (error: unknown) => {
          throw new Error(`${String(error)} ${said} ${JSON.stringify([await opened.errors(), opened.problems])}`);
        });
        expect(await opened.errors()).to.deep.equal([
          ...Array<string>(2).fill('config-invalid'),
          'config-token-source-missing',
        ]);
        expect(named()).to.deep.equal(['joinRoom', 'yourName']);
      });

      it('attributes that a framework wrote as "undefined", "null" or "[object Object]" are named, or are just words', async () => {
        const tag = '<secure-meeting room="null" theme="undefined" layout="[object Object]"></secure-meeting>';
        const opened = await pages.open(browser, `${CLASSIC}</head><body>${tag}`);
        await opened.untilPrejoin();
        await until('the events came', async () => (await opened.errors()).length >= 2);
        expect(await opened.errors()).to.deep.equal(['config-invalid', 'config-invalid']);
        expect(
          opened.problems.map((line) => /config-invalid: (\w+="[^"]+") is none of/.exec(line)?.[1] ?? line).sort(),
        ).to.deep.equal(['layout="[object Object]"', 'theme="undefined"']);
        expect(await opened.join()).to.equal('config-token-source-missing');
      });

      for (const [shape, script] of Object.entries({ module: MODULE, classic: CLASSIC }))
        it(`over http: the ${shape} script says in one line and one event that it needs https, and lets nobody in`, async () => {
          const tag = '<secure-meeting room="weekly" token-endpoint="/token" display-name="Ana"></secure-meeting>';
          const opened = await pages.open(
            browser,
            `${script}</head><body>${tag}`,
            pages.origin.replace('localhost', HOST),
          );
          expect(await opened.page.evaluate('isSecureContext')).to.equal(false);
          await opened.untilPrejoin();
          await until('the event came', async () => (await opened.errors()).length > 0);
          expect(await opened.errors()).to.deep.equal(['browser-insecure-page']);
          expect(opened.problems).to.have.lengthOf(1);
          expect(opened.problems[0]).to.contain('browser-insecure-page').and.to.contain('https');

          const asked: string[] = [];
          opened.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
          expect(await opened.join()).to.equal('browser-insecure-page');
          expect(asked).not.to.contain('/token');
          expect(opened.problems).to.have.lengthOf(1);
        });

      it('from a file: the classic script holds a call', async () => {
        const script = pathToFileURL(path.join(pages.packed.folder, 'dist/secure-meeting.classic.js')).href;
        const file = path.join(pages.folder, `file-${browser}.html`);
        const room = `file-${browser}`;
        await writeFile(
          file,
          wrapped(`<script src="${script}"></script></head><body>
            <secure-meeting room="${room}" server-url="${pages.livekit.url}"></secure-meeting>`),
        );
        const people = await expectCall(pages.livekit, room, () => pages.visit(browser, pathToFileURL(file).href));
        for (const one of people) {
          expect(one.problems).to.deep.equal([]);
          expect(await one.errors()).to.deep.equal([]);
        }
      });

      it('beside another copy of Lit: the page’s own elements and the meeting take no notice of each other', async () => {
        const { outputFiles } = await build({
          stdin: {
            resolveDir: pages.packed.project,
            contents: `
              import { html, LitElement } from 'lit';
              customElements.define('page-shell', class extends LitElement {
                static properties = { name: {} };
                constructor() { super(); this.name = 'Ana'; this.heard = []; }
                render() {
                  return html\`<secure-meeting room="weekly" token-endpoint="/none" .displayName=\${this.name}
                    @join-request=\${(event) => { event.preventDefault(); this.heard.push(event.type); }}></secure-meeting>\`;
                }
              });`,
          },
          bundle: true,
          write: false,
          format: 'esm',
          conditions: ['production'],
        });
        await writeFile(path.join(pages.folder, 'shell.js'), outputFiles[0]!.contents);
        const own = '<script type="module" src="/shell.js"></script>';
        const opened = await pages.open(browser, `${own}${MODULE}</head><body><page-shell></page-shell>`);
        const { page } = opened;
        await opened.untilPrejoin('page-shell');
        expect(await page.evaluate('litHtmlVersions.length')).to.equal(2);
        await page.evaluate("document.querySelector('page-shell').name = 'Ben'");
        await until('the name is passed on', () =>
          page.$eval('page-shell >>> [part~="prejoin-name"]', (input) => (input as HTMLInputElement).value === 'Ben'),
        );
        await page.click('page-shell >>> [part~="prejoin-join"]');
        await until('the page hears the wish', () =>
          page.evaluate("document.querySelector('page-shell').heard.length === 1"),
        );
        expect(opened.problems).to.deep.equal([]);
      });
    });

  it('from a file: Chromium refuses module scripts, and says so itself', async () => {
    const script = pathToFileURL(path.join(pages.packed.folder, 'dist/secure-meeting.js')).href;
    const file = path.join(pages.folder, 'file-module.html');
    await writeFile(
      file,
      wrapped(`<script type="module" src="${script}"></script></head><body><secure-meeting></secure-meeting>`),
    );
    const { page, problems } = await pages.visit('chromium', pathToFileURL(file).href);
    await until('the browser says it', () => problems.length > 0);
    expect(problems[0]).to.contain('blocked by CORS policy');
    expect(await page.evaluate("customElements.get('secure-meeting') === undefined")).to.equal(true);
  });
});
