/** Compares what the built package weighs with size-budget.json, chunk by chunk. Usage: node scripts/size.mjs [DIST] */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './lib/paths.mjs';
import { measure } from './lib/sizes.mjs';

const dist = path.resolve(process.argv[2] ?? path.join(root, 'dist'));
const { budgets } = JSON.parse(await readFile(path.join(root, 'size-budget.json'), 'utf8'));
const cell = (bytes) => bytes.toLocaleString('en').padStart(10);
for (const budget of budgets) {
  const rows = await measure(dist, budget);
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const over = sum('brotli') > budget.limit;
  console.log(
    `\n${budget.name}: ${sum('brotli').toLocaleString('en')} of ${budget.limit.toLocaleString('en')} bytes${over ? '  OVER' : ''}`,
  );
  if (budget.goal !== undefined && sum('brotli') > budget.goal)
    console.log(
      `  the goal of ${budget.goal.toLocaleString('en')} is missed by ${(sum('brotli') - budget.goal).toLocaleString('en')}`,
    );
  console.log(`  ${'brotli'.padStart(10)}${'gzip'.padStart(10)}${'raw'.padStart(10)}`);
  for (const { file, raw, gzip, brotli } of rows) console.log(`  ${cell(brotli)}${cell(gzip)}${cell(raw)}  ${file}`);
  if (rows.length > 1) console.log(`  ${cell(sum('brotli'))}${cell(sum('gzip'))}${cell(sum('raw'))}  together`);
  if (over) process.exitCode = 1;
}
if (process.exitCode)
  console.error(
    '\nOver budget. Load it later, make it smaller, or change size-budget.json in the same commit and say why.',
  );
