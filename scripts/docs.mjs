/** Builds the documentation's site from docs/, with a live demo. Usage: npm run docs [-- --out DIR] */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildDocs } from './docs/build.mjs';
import { root } from './lib/paths.mjs';

const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(root, 'dist-docs') } } });
const pages = await buildDocs(path.resolve(values.out));
console.log(
  `${pages.length} pages in ${path.relative(root, values.out) || values.out}: open index.html through any web server`,
);
