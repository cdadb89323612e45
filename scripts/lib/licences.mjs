/** The licences of the packages whose code is inside a bundle. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const PERMISSIVE = /^\(*(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|Unlicense)\b/;

/** Apache-2.0 asks for a word about changes. */
const CHANGED = new Map([
  ['livekit-client', 'Compiled from its sources without the parts that secure-meeting does not use.'],
  ['@bufbuild/protobuf', 'Without its JSON format.'],
  ['@litertjs/core', 'Its loader is made a module, and compiled into a worker.'],
]);

/**
 * @param {Iterable<string>} modules ids of bundled modules
 * @returns {string[]} folders of their packages
 */
export function bundledPackages(modules) {
  const folders = new Set();
  for (const id of modules) {
    const match = /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id);
    if (match) folders.add(match[1]);
  }
  return [...folders];
}

/** One text, the same for the same packages. @throws Error when a licence is missing or not permissive */
export async function licenceText(folders) {
  const parts = [];
  for (const folder of folders) {
    const { name, version, license } = await manifest(folder);
    if (!PERMISSIVE.test(license ?? '')) throw new Error(`${name} has the licence "${license}", which we don't bundle`);
    const file = (await readdir(folder)).sort().find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file
      ? (await readFile(path.join(folder, file), 'utf8')).trim()
      : `(The package carries no licence file.)`;
    const changed = CHANGED.has(name) ? `Changed: ${CHANGED.get(name)}\n` : '';
    parts.push({ name, text: `${name} ${version}\nLicence: ${license}\n${changed}\n${text}\n` });
  }
  parts.sort((a, b) => (a.name < b.name ? -1 : 1));
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return ['Bundles of secure-meeting contain code of these packages.\n', ...parts.map((part) => part.text)].join(rule);
}

const manifest = async (folder) => JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
