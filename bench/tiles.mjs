/**
 * What many people cost on the screen: snapshots, the first render beside an equal tree of plain DOM, a long list, a click
 * on a slow machine, everybody talking, comings and goings. Writes bench/results/tiles.{json,md}.
 * Usage: node bench/tiles.mjs   (on a machine that does nothing else)
 */
import { at, conditions, round, writeResults } from './measured.mjs';
import { openTiles } from './tiles-browser.mjs';

const measured = conditions();
const { page, client, ask, heap, close } = await openTiles();
const result = {};
try {
  await ask('open', 48);
  result.tiles = await ask('tiles');
  await ask('snapshots', 48, 30);
  const snapshots = await ask('snapshots', 48, 200);
  result.snapshot = { p50: round(at(snapshots, 0.5)), p95: round(at(snapshots, 0.95)), limitMs: 8 };

  const first = await ask('first', 48, 15);
  const ours = at(first.ours.slice(3), 0.5);
  const plain = at(first.plain.slice(3), 0.5);
  result.first = { ours: round(ours), plain: round(plain), ratio: Math.round((100 * ours) / plain) / 100, limit: 1.2 };

  await ask('open', 999);
  await ask('openPeople');
  const scroll = await ask('scroll', 200);
  result.list = {
    people: 1000,
    rowsInTheTree: await ask('rows'),
    scrolledPx: Math.round(scroll.far),
    workP95: round(at(scroll.work, 0.95)),
    frameP50: round(at(scroll.frames, 0.5)),
    frameP95: round(at(scroll.frames, 0.95)),
    limitMs: 16,
  };

  await ask('open', 24);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await ask('clicks');
  const clicks = [];
  for (let time = 0; time < 20; time++) {
    const { x, y } = await ask('toolAt', time % 2 ? 'hand' : 'microphone');
    await page.mouse.click(x, y);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)));
    // Chromium tells of clicks from 16 ms on only.
    clicks.push((await ask('clicks')).at(-1) ?? 16);
  }
  await client.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  result.click = { p50: at(clicks, 0.5), max: at(clicks, 1), limitMs: 100 };

  await ask('open', 25);
  await ask('talk', 25, 2_000);
  result.talking = { seconds: 10, longTasks: (await ask('talk', 25, 10_000)).map(Math.round) };

  await ask('open', 8);
  await ask('churn', 500);
  const churnBefore = await heap();
  await ask('churn', 5_000);
  const churnAfter = await heap();
  result.churn = { snapshots: 5000, before: churnBefore, after: churnAfter };
  result.layoutShift = await ask('shift');
} finally {
  await close();
}

const where = measured('headless Chromium, drawn by the CPU');
const kept = (good) => (good ? 'kept' : '**missed**');
const { snapshot, first, list, click, talking, churn } = result;
const more = (key) =>
  `${(churn.after[key] - churn.before[key]).toLocaleString('en')} on ${churn.before[key].toLocaleString('en')}`;
await writeResults('tiles', { ...where, ...result }, [
  '# Many people on the screen',
  '',
  `Measured ${where.date} by \`node bench/tiles.mjs\` on ${where.machine}. The machine’s load (average runnable tasks of a minute): ${where.load}.`,
  'The real elements with a session whose state is fed in. Milliseconds.',
  '',
  '| | measured | goal | |',
  '|---|---|---|---|',
  `| a snapshot that changes speaking, name and mute of all of 49 tiles: script, style, layout; p95 of 200 | ${snapshot.p95} (p50 ${snapshot.p50}) | ${snapshot.limitMs} | ${kept(snapshot.p95 <= snapshot.limitMs)} |`,
  `| 49 tiles from nothing to laid out, beside an equal tree by plain DOM calls (medians of 12) | ${first.ours} beside ${first.plain}: ${first.ratio}× | ${first.limit}× | ${kept(first.ratio <= first.limit)} |`,
  `| *People* with ${list.people} people, ${list.rowsInTheTree} rows in the tree, scrolled ${list.scrolledPx} px: script, style and layout a frame, p95 | ${list.workP95} | ${list.limitMs} | ${kept(list.workP95 <= list.limitMs)} |`,
  `| the same: from frame to frame, p50 and p95 | ${list.frameP50} and ${list.frameP95} | | |`,
  `| a click on a tool to the next paint, 25 tiles, 4× slower CPU: the longest of 20 (in steps of 8) | ${click.max} (p50 ${click.p50}) | ${click.limitMs} | ${kept(click.max <= click.limitMs)} |`,
  `| 25 people talking for ${talking.seconds} s: long tasks | ${talking.longTasks.length ? talking.longTasks.join(' ') : 'none'} | none | ${kept(talking.longTasks.length === 0)} |`,
  `| layout shift in the page | ${result.layoutShift} | 0 | ${kept(result.layoutShift === 0)} |`,
  `| ${churn.snapshots.toLocaleString('en')} comings and goings: bytes of heap more | ${more('bytes')} | | |`,
  `| the same: DOM nodes and listeners more | ${more('nodes')}; ${more('listeners')} | | |`,
  '',
]);
console.log(JSON.stringify(result));
