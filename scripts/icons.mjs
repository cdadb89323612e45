/**
 * Writes `src/styles/icons-first.ts` and `src/styles/icons.ts` from lucide-static: only the icons that are used.
 * The first file travels with the first bytes. Usage: node scripts/icons.mjs
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const FIRST = ['mic', 'mic-off', 'video', 'video-off', 'chevron-up'];
const REST = [
  'arrow-left',
  'check',
  'chevron-down',
  'chevron-left',
  'chevron-right',
  'ellipsis',
  'eye',
  'flag',
  'hand',
  'keyboard',
  'layout-grid',
  'link',
  'log-out',
  'maximize',
  'message-square',
  'minimize',
  'monitor-up',
  'monitor-x',
  'paperclip',
  'picture-in-picture-2',
  'pin',
  'pin-off',
  'search',
  'send-horizontal',
  'settings',
  'shield-alert',
  'smile',
  'users-round',
  'x',
];

const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
async function write(file, names, note) {
  const lines = [];
  for (const name of names) {
    const text = await readFile(path.join(root, 'node_modules/lucide-static/icons', `${name}.svg`), 'utf8');
    const shapes = text
      .replace(/^[\s\S]*?<svg[^>]*>/, '')
      .replace('</svg>', '')
      .replace(/\s*\n\s*/g, '')
      .replace(/ \/>/g, '/>');
    lines.push(`export const ${camel(name)} = svg\`${shapes}\`;`);
  }
  await writeFile(
    path.join(root, 'src/styles', file),
    `// Made by scripts/icons.mjs; ${note}\n// Lucide 1.62.0, ISC License, Copyright (c) Lucide Icons and Contributors; parts: MIT, Copyright (c) Cole Bemis (Feather).\nimport { svg } from 'lit';\n\n${lines.join('\n')}\n`,
  );
}
await write('icons-first.ts', FIRST, 'the icons of the first screen.');
await write('icons.ts', REST, 'all other icons.');
