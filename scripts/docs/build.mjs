import { build } from 'esbuild';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { render } from './markdown.mjs';
import { NAV } from './nav.mjs';
import { page } from './template.mjs';

/** Writes the site into `out`, which it replaces. @param {string} out @returns {Promise<string[]>} names of its pages */
export async function buildDocs(out) {
  const names = (await readdir(path.join(root, 'docs')))
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -3));
  const listed = NAV.flatMap(([, each]) => each);
  const odd = [...names, ...listed].filter(
    (name) => !names.includes(name) || listed.filter((each) => each === name).length !== 1,
  );
  if (odd.length > 0) throw new Error(`scripts/docs/nav.mjs must name each page once: ${odd.join(', ')}`);

  const all = new Set(names);
  const pages = await Promise.all(
    listed.map(async (name) => {
      const text = await readFile(path.join(root, 'docs', `${name}.md`), 'utf8');
      return { name, ...render(text, all) };
    }),
  );
  const titles = new Map(pages.map(({ name, title }) => [name, title]));
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await copyFile(path.join(root, 'scripts/docs/site.css'), path.join(out, 'site.css'));
  for (const each of pages) await writeFile(path.join(out, `${each.name}.html`), page(each, titles));
  // The element with made-up people, as the designers' pages have it.
  await build({
    entryPoints: [path.join(root, 'examples/designs/design.ts')],
    outdir: path.join(out, 'demo'),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true, target: 'ES2022' } },
  });
  return listed;
}
