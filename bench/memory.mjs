/**
 * What half an hour of comings and goings leaves behind: ten a second, with the list of people open, the garbage collected
 * before each look. Writes bench/results/memory.{json,md}. Usage: node bench/memory.mjs [minutes]
 */
import { conditions, round, writeResults } from './measured.mjs';
import { openTiles } from './tiles-browser.mjs';

const minutes = Number(process.argv[2] ?? 30);
const EVERY = Math.max(1, Math.round(minutes / 6));
const PER_SECOND = 10;
/** Of heap, from the second look to the last: until the second the engine still compiles, and keeps what it learns. */
const LIMIT = 0.05;

const measured = conditions();
const { ask, heap, close } = await openTiles();
const looks = [];
let count = 0;
try {
  await ask('open', 8);
  await ask('openPeople');
  // What is made once and kept is there before the first look.
  await ask('churn', 500);
  const began = performance.now();
  const look = async (minute) => looks.push({ minute, comings: count, ...(await heap()) });
  await look(0);
  for (let minute = 1; minute <= minutes; minute++) {
    while (performance.now() - began < minute * 60_000) {
      const next = performance.now() + 1_000;
      await ask('churn', PER_SECOND);
      count += PER_SECOND;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
    if (minute % EVERY === 0 || minute === minutes) await look(minute);
  }
} finally {
  await close();
}

const [first, warm, last] = [looks[0], looks[1], looks.at(-1)];
const grown = (from, to) => round((100 * (to.bytes - from.bytes)) / from.bytes);
const flat =
  grown(warm, last) <= 100 * LIMIT &&
  looks.every(({ nodes, listeners }) => nodes <= first.nodes && listeners <= first.listeners);
const where = measured('headless Chromium');
await writeResults('memory', { ...where, minutes, limit: LIMIT, more: grown(warm, last), looks }, [
  '# Half an hour of comings and goings',
  '',
  `Measured ${where.date} by \`node bench/memory.mjs\` on ${where.machine}: ${PER_SECOND} a second, 8 to 24 people of whom some share,`,
  'speak and raise a hand, with the list of people open. After a collection of garbage each time.',
  '',
  '| minute | comings and goings | heap, bytes | DOM nodes | listeners |',
  '|---|---|---|---|---|',
  ...looks.map((each) => `| ${each.minute} | ${each.comings} | ${each.bytes} | ${each.nodes} | ${each.listeners} |`),
  '',
  `From minute ${warm.minute} on the heap grew by ${grown(warm, last)} %; before that by ${grown(first, warm)} %, while the engine compiled what runs. Limit: ${100 * LIMIT} % from the second look on, and no node and no listener ever. ${flat ? 'Kept.' : '**Missed.**'}`,
  '',
]);
console.log(JSON.stringify(looks));
process.exitCode = flat ? 0 : 1;
