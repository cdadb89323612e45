/**
 * Builds the framework examples with their own tools, so that `npm start` serves them in its gallery.
 * Usage: node scripts/examples.mjs [name …] (default: all)
 */
import path from 'node:path';
import { buildWhenStale } from './lib/ensure-built.mjs';
import { frameworkExamples, installExample, packInto, runExample } from './lib/framework-examples.mjs';
import { root } from './lib/paths.mjs';
import { explain, steps } from './lib/steps.mjs';

try {
  const all = await frameworkExamples();
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`No such example: ${unknown.join(', ')}. There are: ${all.join(', ')}`);
  const names = wanted.length > 0 ? wanted : all;
  const { step } = steps(names.length + 1);
  const out = path.join(root, 'build/examples');
  const tarball = await step('The package', async (log) => {
    await buildWhenStale(log);
    return packInto(out);
  });
  for (const name of names)
    await step(name, async () => {
      const folder = path.join(out, name);
      await installExample(name, { tarball, folder });
      await runExample('build', { folder });
    });
  console.log('They are in the gallery of `npm start`.');
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
