/** Nothing tracked names this or that machine: no home folder, no private registry, no address of a build host. */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../lib/paths.mjs';

const WRONG = [
  [/(?<![\w.@-])\/(?:home|Users)\/[a-z][\w-]+\//, 'the home folder of somebody'],
  [/(?<![\w.@-])\/(?:work|tmp\/wt|root\/\.)\b/, 'a folder of one machine'],
  [/https?:\/\/registry\.(?!npmjs\.org\b)[\w.-]+/, 'a registry of one network'],
  [/"resolved":(?! "file:secure-meeting\.tgz")/, 'an address in the lock file (see .npmrc)'],
  [/\bTODO\b|\bFIXME\b|\bXXX\b/, 'unfinished work'],
];
/** Files that must be able to say the words. */
const EXEMPT = new Set(['scripts/checks/tracked-files.mjs']);

const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
for (const file of files) {
  if (EXEMPT.has(file) || /\.(png|ico|woff2|wasm|bin)$/.test(file)) continue;
  const lines = (await readFile(path.join(root, file), 'utf8').catch(() => '')).split('\n');
  for (const [index, line] of lines.entries())
    for (const [pattern, what] of WRONG) {
      if (!pattern.test(line)) continue;
      console.error(`${file}:${index + 1} names ${what}: ${line.trim().slice(0, 120)}`);
      process.exitCode = 1;
    }
}
if (!process.exitCode) console.log(`${files.length} tracked files name no machine`);
