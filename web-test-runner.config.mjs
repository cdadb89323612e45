import { chromeLauncher } from '@web/test-runner-chrome';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { defaultReporter } from '@web/test-runner';
import { withDefaultExport } from './scripts/blur/loader.mjs';
import { countReporter } from './scripts/wtr-reporter.mjs';
import { chromeArgs, chromiumPath, firefoxPath, firefoxPrefs } from './test/support/browsers.mjs';

/**
 * A window for each file: tabs behind another one get a frame a second or none, and tests that run beside others wait for
 * each of them.
 */
const createPage = async ({ context }) => {
  const own = await context.browser().createBrowserContext();
  const page = await own.newPage();
  page.once('close', () => void own.close().catch(() => undefined));
  await page.emulateFocusedPage(true);
  return page;
};
const launchers = {
  chromium: () =>
    chromeLauncher({
      puppeteer,
      createPage,
      launchOptions: { executablePath: chromiumPath(), headless: true, args: chromeArgs },
      concurrency: 2,
    }),
  firefox: () =>
    Object.assign(
      chromeLauncher({
        puppeteer,
        launchOptions: {
          browser: 'firefox',
          executablePath: firefoxPath(),
          headless: true,
          extraPrefsFirefox: firefoxPrefs,
        },
        concurrency: 1,
      }),
      { name: 'Firefox' },
    ),
};
const which = (process.env.BROWSERS ?? 'chromium,firefox').split(',');

export default {
  // Unit, simulation and vector tests run in Node too; `*.node.test.ts` only there.
  files: process.env.FILES?.split(',') ?? ['test/{unit,vectors,browser}/**/*.test.ts', '!test/**/*.node.test.ts'],
  nodeResolve: true,
  testFramework: { config: { ui: 'bdd', timeout: 60_000 } },
  browserStartTimeout: 180_000,
  testsStartTimeout: 180_000,
  // For all tests of one file: axe looks at every screen four times, and a busy machine takes its time over that.
  testsFinishTimeout: 1_500_000,
  mimeTypes: { '**/*.json': 'js' },
  plugins: [
    { name: 'lite-rt', transform: ({ path, body }) => withDefaultExport(path, body) },
    esbuildPlugin({
      ts: true,
      json: true,
      target: 'es2022',
      tsconfig: fileURLToPath(new URL('./tsconfig.base.json', import.meta.url)),
    }),
  ],
  reporters: [defaultReporter({ reportTestProgress: false }), countReporter()],
  browsers: which.map((name) => launchers[name]()),
};
