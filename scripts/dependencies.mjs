/**
 * Writes docs/dependencies.md: what a site's browser gets of other people's packages, why, under which licence, and how
 * large. Fails when the tree is larger than promised, or has a package that nobody gave a reason for.
 * Usage: node scripts/dependencies.mjs [--check]   (after the build; sizes may differ by a tenth)
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundledBytes, compiledBytes, installedTree, LARGEST_TREE, manifestOf } from './lib/dependency-table.mjs';
import { blurFiles } from './blur/files.mjs';
import { differences, rows } from './lib/table-rows.mjs';
import { root } from './lib/paths.mjs';

const file = path.join(root, 'docs/dependencies.md');
/** Why each is there. A package without a reason fails the check; so does a reason without a package. */
const REASONS = {
  lit: 'the elements: templates, reactive properties',
  'lit-html': 'of lit: templates',
  'lit-element': 'of lit: its base class',
  '@lit/reactive-element': 'of lit: properties and the life of an element',
  '@lit-labs/ssr-dom-shim': 'of lit: lets the classes be imported where there is no DOM',
  '@types/trusted-types': 'of lit-html: types alone',
  '@lit/context': 'how a part, or a slotted element of the page, finds its meeting',
  '@lit/react': 'the typed React component',
  '@noble/curves': 'Ed25519 and X25519, where WebCrypto lacks them or says yes too easily (decision 0011)',
  '@noble/hashes': 'Argon2id for typed passphrases; hashes where there is no time to wait',
  '@noble/ciphers': 'XChaCha20-Poly1305 for sealed messages and media',
  '@noble/post-quantum': 'ML-KEM, the post-quantum half of X-Wing, where WebCrypto lacks it',
  'livekit-client': 'the connection to the SFU, cut down (decision 0070)',
  '@livekit/protocol': 'of livekit-client: its messages',
  '@livekit/mutex': 'of livekit-client: locks',
  '@bufbuild/protobuf': 'of livekit-client: the encoding of its messages',
  events: 'of livekit-client: its emitter',
  machina: 'of livekit-client: what its state machine needs of it, written anew',
  'sdp-transform': 'of livekit-client: reads and writes session descriptions',
};
/** What background blur loads from `dist/blur`, and why. */
const BLUR = [
  [
    '@litertjs/core',
    blurFiles.runtime,
    'LiteRT: runs the model (decision 0074); its loader is compiled into the worker',
  ],
  ['@mediapipe/selfie_segmentation', blurFiles.model, 'the model: tells a person from what is behind them'],
];

const tree = await installedTree();
const bytes = new Map([...(await compiledBytes()), ...(await bundledBytes())]);
const compiled = [...bytes.keys()].filter((name) => !tree.has(name)).sort();
const row = async (name) => {
  const { version, license } = await manifestOf(name);
  const size = bytes.get(name);
  return {
    name,
    version,
    license,
    reason: REASONS[name],
    size: size ? Math.max(100, Math.round(size / 100) * 100) : 0,
  };
};
const blurRow = async ([name, { source }, reason]) => {
  const { version, license } = await manifestOf(name);
  return { name, version, license, reason, size: Math.round((await stat(source)).size / 100) * 100 };
};
const table = async (names) => rows(await Promise.all(names.map(row)));
const text = `# Other people's code

What reaches the browsers of a site that uses \`secure-meeting\`. \`node scripts/dependencies.mjs\` writes this page;
\`npm run verify\` fails when it and the tree differ, when a package has no reason here, or when there are more than
${LARGEST_TREE}. Licences of all that is compiled in are in \`dist/THIRD-PARTY-LICENSES.txt\`.

**Bytes** are what is left of a package in the one-file bundle \`secure-meeting.classic.js\`, minified and not compressed,
by its source map; "none" is in no bundle. Of LiveKit's client they are counted before it is minified. The backend (\`secure-meeting/server\`) brings nothing along by itself: its
packages are optional peers.

## What npm installs (${tree.size})

${await table([...tree.keys()].sort())}

## What is compiled in (${compiled.length})

LiveKit's client is no dependency: a part of its sources is compiled into each bundle and entry.

${await table(compiled)}

## What background blur loads (${BLUR.length})

Files of their own in \`dist/blur\`, loaded from the site when somebody's camera is on with blur. **Bytes** are theirs, not compressed.

${rows(await Promise.all(BLUR.map(blurRow)))}
`;

const nameless = [...tree.keys(), ...compiled].filter((name) => !REASONS[name]);
const idle = Object.keys(REASONS).filter((name) => !tree.has(name) && !bytes.has(name));
const problems = [
  ...nameless.map(
    (name) => `${name} is in the tree, and nobody said why: give it a reason in scripts/dependencies.mjs`,
  ),
  ...idle.map((name) => `${name} has a reason in scripts/dependencies.mjs and is nowhere`),
];
if (tree.size > LARGEST_TREE) problems.push(`npm installs ${tree.size} packages, more than ${LARGEST_TREE}`);
if (process.argv.includes('--check')) {
  const different = differences(await readFile(file, 'utf8').catch(() => ''), text);
  problems.push(...different.map((line) => `docs/dependencies.md is out of date: ${line}`));
  if (different.length > 0) problems.push('Run node scripts/dependencies.mjs and commit what it changes.');
} else {
  await writeFile(file, text);
  console.log('Wrote docs/dependencies.md');
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${tree.size} packages installed, ${compiled.length} more compiled in, each with its reason`);
