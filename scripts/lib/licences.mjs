/** The licences of the packages whose code is inside a bundle. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/** Packages whose published file contains their dependencies, so that Rollup does not see those. */
const SELF_CONTAINED = new Set(['livekit-client']);
const PERMISSIVE = /^\(*(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|Unlicense)\b/;

/**
 * @param {Iterable<string>} modules ids of bundled modules
 * @returns {Promise<string[]>} folders of their packages, and of what those carry inside
 */
export async function bundledPackages(modules) {
  const folders = new Set();
  for (const id of modules) {
    const match = /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id);
    if (match) await add(match[1], false, folders);
  }
  return [...folders];
}

async function add(folder, carried, folders) {
  if (folders.has(folder)) return;
  folders.add(folder);
  const { name, dependencies = {} } = await manifest(folder);
  if (!carried && !SELF_CONTAINED.has(name)) return;
  for (const dependency of Object.keys(dependencies)) {
    const found = locate(dependency, folder);
    if (found) await add(found, true, folders);
  }
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
    parts.push({ name, text: `${name} ${version}\nLicence: ${license}\n\n${text}\n` });
  }
  parts.sort((a, b) => (a.name < b.name ? -1 : 1));
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return ['Bundles of secure-meeting contain code of these packages.\n', ...parts.map((part) => part.text)].join(rule);
}

function locate(dependency, from) {
  for (let dir = from; dir.startsWith(root); dir = path.dirname(dir)) {
    const candidate = path.join(dir, 'node_modules', dependency);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

const manifest = async (folder) => JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
