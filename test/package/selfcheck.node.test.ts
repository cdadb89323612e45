/** The self-check in real browsers, as `npm start` serves it; what it finds is what docs/browsers.md says of them. */
import { expect } from 'chai';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { launch } from '../e2e/support/page-handle.js';
import { root } from './packed.js';
import { script, watch } from './site.js';

interface Finding {
  readonly name: string;
  readonly needed: boolean;
  readonly value: string;
  readonly good: boolean;
}

const BROWSERS = ['chromium', 'firefox'] as const;

/** The table that begins with `| what |`: for each row its cells. */
function measured(markdown: string): Map<string, readonly string[]> {
  const lines = markdown.split('\n');
  const first = lines.findIndex((line) => line.startsWith('| what |'));
  const rows = lines.slice(
    first + 2,
    lines.findIndex((line, index) => index > first && !line.startsWith('|')),
  );
  return new Map(
    rows.map((row) => {
      const [name = '', ...cells] = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', ''));
      return [name, cells];
    }),
  );
}

describe('the self-check', () => {
  let origin: string;
  let close: () => Promise<void>;
  const browsers = new Map<string, Browser>();
  let table: Map<string, readonly string[]>;

  before(async () => {
    const { openDemo } = await script<typeof import('../../scripts/lib/demo.mjs')>('scripts/lib/demo.mjs');
    await mkdir(path.join(root, 'build'), { recursive: true });
    // No LiveKit and no backend: the page needs no server but for its own files.
    const demo = await openDemo({ ports: [], built: path.join(root, 'build/no-examples') });
    ({ origin } = demo);
    close = () => demo.close();
    for (const name of BROWSERS) browsers.set(name, await launch(name));
    table = measured(await readFile(path.join(root, 'docs/browsers.md'), 'utf8'));
  });
  after(async () => {
    await Promise.all([...browsers.values()].map((browser) => browser.close()));
    await close();
  });

  async function open(name: string): Promise<{ page: Page; problems: readonly string[] }> {
    const page = await (browsers.get(name) as Browser).newPage();
    page.setDefaultTimeout(240_000);
    const problems = await watch(page);
    await page.goto(`${origin}/selfcheck`);
    await page.waitForFunction(() => !(document.querySelector('#copy') as HTMLButtonElement).disabled);
    return { page, problems };
  }

  for (const [index, name] of BROWSERS.entries()) {
    it(`finds in ${name} what the documentation says was measured there, seals a picture and opens it`, async () => {
      const { page, problems } = await open(name);
      try {
        const found = (await page.evaluate(() => (window as { selfcheck?: Promise<unknown> }).selfcheck)) as Finding[];
        // Firefox downloads this one some time after it was installed: both are right.
        const settled = ({ name: what }: { readonly name: string }): boolean => name !== 'firefox' || what !== 'H.264';
        const documented = [...table].map(([what, cells]) => ({ name: what, value: cells[index] }));
        expect(found.filter(settled).map(({ name, value }) => ({ name, value }))).to.deep.equal(
          documented.filter(settled),
        );
        expect(found.filter(({ needed, good }) => needed && !good)).to.deep.equal([]);
        expect(await page.$eval('#verdict', (verdict) => verdict.textContent)).to.equal(
          'This browser can hold an encrypted meeting.',
        );
        const listed = await page.$$eval('.finding', (items) => items.map((item) => item.children[1]?.textContent));
        expect(listed).to.have.members(found.map((each) => each.name));
        expect(problems).to.deep.equal([]);
      } finally {
        await page.close();
      }
    });
  }

  it('tries camera and microphone when asked, and its report tells nothing of person or device', async () => {
    const { page } = await open('chromium');
    try {
      const read = (id: string): Promise<string> => page.$eval(id, (part) => (part as HTMLTextAreaElement).value);
      expect(await read('#report')).to.contain('Camera and microphone: not tried');
      await page.click('#try');
      await page.waitForFunction(() => document.querySelector('#tried')?.textContent?.includes('Camera'));
      expect(await page.$eval('#tried', (said) => said.textContent)).to.equal(
        'Microphone: works, and is off again. Camera: works, and is off again.',
      );
      const report = await read('#report');
      expect(report).to.contain('Camera and microphone: Microphone works, Camera works');
      // The fake devices have names, the machine a language, a zone, a screen and an address: none is in it.
      const private_ = await page.evaluate(async () => [
        ...(await navigator.mediaDevices.enumerateDevices()).flatMap(({ label, deviceId }) => [label, deviceId]),
        navigator.userAgent,
        navigator.language,
        Intl.DateTimeFormat().resolvedOptions().timeZone,
        `${screen.width}`,
        location.host,
      ]);
      expect(private_.filter(Boolean)).to.have.length.greaterThan(6);
      for (const text of private_.filter(Boolean)) expect(report).not.to.contain(text);
    } finally {
      await page.close();
    }
  });

  it('says what is missing and what that means, where frames can’t be sealed or the worker is kept away', async () => {
    for (const [taken, what, sentence] of [
      ['transforms', 'Encoded transforms', 'no meeting begins'],
      ['worker', 'Media worker', 'A blocker or a rule of the website may keep it away'],
    ] as const) {
      const page = await (browsers.get('chromium') as Browser).newPage();
      page.setDefaultTimeout(240_000);
      try {
        await page.evaluateOnNewDocument((taken) => {
          if (taken === 'worker') Reflect.deleteProperty(window, 'Worker');
          else {
            Reflect.deleteProperty(RTCRtpSender.prototype, 'createEncodedStreams');
            Reflect.deleteProperty(window, 'RTCRtpScriptTransform');
          }
        }, taken);
        await page.goto(`${origin}/selfcheck`);
        await page.waitForFunction(() => !(document.querySelector('#copy') as HTMLButtonElement).disabled);
        const verdict = await page.$eval('#verdict', (part) => part.textContent);
        expect(verdict).to.contain('can’t hold an encrypted meeting').and.to.contain(sentence);
        expect(await page.$eval('#report', (part) => (part as HTMLTextAreaElement).value)).to.contain(`${what}: no`);
      } finally {
        await page.close();
      }
    }
  });
});
