/** What a site's browser gets of other people's packages: the tree npm installs, and what is compiled into the bundles. */
import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleLiveKit } from '../livekit/bundle.mjs';
import { root } from './paths.mjs';

/** The most packages that installing ours may bring along. */
export const LARGEST_TREE = 15;
const BUNDLE = 'dist/secure-meeting.classic.js';
const json = async (file) => JSON.parse(await readFile(path.join(root, file), 'utf8'));

/** Names of what `npm install secure-meeting` installs, optional peers aside. @returns {Promise<Map<string, object>>} */
export async function installedTree() {
  const { packages } = await json('package-lock.json');
  const found = new Map();
  const queue = Object.keys(packages[''].dependencies).map((name) => ['', name]);
  for (const [from, name] of queue) {
    const place = placeOf(packages, from, name);
    if (found.has(name)) continue;
    found.set(name, packages[place]);
    for (const next of Object.keys(packages[place].dependencies ?? {})) queue.push([place, next]);
  }
  return found;
}

function placeOf(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (packages[place]) return place;
    if (at === '') throw new Error(`package-lock.json has no ${name} for ${from || 'us'}`);
  }
}

/** Bytes of each package in the one-file bundle, minified, by its source map. @returns {Promise<Map<string, number>>} */
export async function bundledBytes() {
  const lines = (await readFile(path.join(root, BUNDLE), 'utf8')).split('\n');
  const map = new TraceMap(await json(`${BUNDLE}.map`));
  const files = [];
  for (const [index, segments] of decodedMappings(map).entries())
    for (const [at, [column, source]] of segments.entries())
      files.push([map.sources[source], (segments[at + 1]?.[0] ?? lines[index].length) - column]);
  return byPackage(files);
}

/** Bytes of LiveKit's client and its packages in the module that is compiled of them, not minified. */
export async function compiledBytes() {
  return byPackage((await bundleLiveKit()).bytes);
}

function byPackage(files) {
  const bytes = new Map();
  for (const [file, count] of files) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file ?? '')?.[1];
    if (name && count > 0) bytes.set(name, (bytes.get(name) ?? 0) + count);
  }
  return bytes;
}

/** Licence and version of a package of ours, by its installed manifest. */
export async function manifestOf(name) {
  return json(`node_modules/${name}/package.json`);
}
