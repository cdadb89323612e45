/**
 * The public API as text, one report per entry in `api/`. A change of it is a change of a committed file.
 * Usage: node scripts/api.mjs [--check]   (after `tsc -b`)
 */
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { TYPE_ENTRIES } from './lib/declarations.mjs';
import { root } from './lib/paths.mjs';

const check = process.argv.includes('--check');
const none = { logLevel: ExtractorLogLevel.None };
const temporary = path.join(root, 'build/api');
await mkdir(temporary, { recursive: true });
await mkdir(path.join(root, 'api'), { recursive: true });

for (const entry of TYPE_ENTRIES) {
  const file = path.join(root, 'build/types', `${entry}.d.ts`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run tsc -b first`);
  const name = entry === 'index' ? 'secure-meeting' : entry.replace(/\/index$/, '').replaceAll('/', '-');
  const result = Extractor.invoke(
    ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: path.join(root, 'package.json'),
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath: file,
        compiler: { tsconfigFilePath: path.join(root, 'tsconfig.base.json') },
        apiReport: {
          enabled: true,
          reportFileName: `${name}.api.md`,
          reportFolder: path.join(root, 'api'),
          reportTempFolder: temporary,
          includeForgottenExports: true,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: 'lf',
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          extractorMessageReporting: { default: none },
          tsdocMessageReporting: { default: none },
        },
      },
    }),
    {
      localBuild: !check,
      messageCallback: (message) => {
        if (message.logLevel === 'error') return;
        message.handled = true;
      },
    },
  );
  if (result.apiReportChanged && check) {
    console.error(`api/${name}.api.md is out of date: run node scripts/api.mjs and commit what it changes.`);
    process.exitCode = 1;
  } else console.log(`api/${name}.api.md ${result.apiReportChanged ? 'written' : 'is up to date'}`);
  if (result.errorCount > 0) process.exitCode = 1;
}
