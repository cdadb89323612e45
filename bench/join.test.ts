import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { person, stateOf, type Page } from '../test/e2e/support/meeting-world.js';
import { until } from '../test/e2e/support/until.js';
import { startWorld } from '../test/e2e/support/world.js';

const PAIRS = Number(process.env['PAIRS'] ?? 10);
/** The most a join with encryption may take, as a multiple of one without. */
const LIMIT = 1.15;

type Times = Record<string, number[]>;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

describe('joining', () => {
  it(`takes at most ${LIMIT} times as long with encryption as without (p50 of ${PAIRS} alternating pairs)`, async () => {
    const before = os.loadavg();
    const world = await startWorld();
    const kinds = {
      'without E2EE': { encryption: 'off' },
      passphrase: { keyProvider: 'passphrase' },
      leader: { keyProvider: 'leader' },
    } as const;
    /** A fresh page that joins at once, and one that was prepared, as an element's is while somebody types their name. */
    const ways = { 'at once': {} as Times, prepared: {} as Times };
    try {
      const rooms: Record<string, { readonly room: string; readonly host: Page }> = {};
      for (const [kind, options] of Object.entries(kinds)) {
        const room = world.room('bench');
        // A small picture: what encodes it takes from the same two cores.
        const host = await person(world, room, 'host', { ...options, quality: 'saver' }, { own: true });
        rooms[kind] = { room, host };
      }
      const turns = Object.entries(ways).flatMap(([way, times]) =>
        Object.entries(kinds).map(([kind, options]) => ({ way, times, kind, options })),
      );
      // The first pair warms the caches of browser and disk, and does not count.
      for (let pair = 0; pair <= PAIRS; pair++) {
        if (pair > 0) turns.push(turns.shift()!);
        for (const { way, times, kind, options } of turns) {
          // One meeting at a time: those of the other two would leave the machine little to join with.
          const { room, host } = rooms[kind]!;
          expect(await host.call('join')).to.equal('');
          await until('the camera is on', async () => (await stateOf(host)).self.camera);
          // Until its connection and encoder have found their pace.
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          const guest = await person(world, room, `guest-${pair}-${way === 'prepared' ? 'p' : 'c'}`, {
            ...options,
            startMuted: true,
            startCameraOff: true,
          });
          if (way === 'prepared') {
            await guest.call('prepare');
            // Nobody types their name faster.
            await new Promise((resolve) => setTimeout(resolve, 1_000));
          }
          expect(await guest.call('join')).to.equal('');
          const ms = await until('a painted frame', () => guest.call('firstPaint'), { every: 20 });
          if (pair > 0) (times[kind] ??= []).push(Math.round(ms));
          await guest.call('leave');
          await guest.close();
          await until('the guest is gone', async () => (await stateOf(guest).catch(() => undefined)) === undefined);
          await host.call('leave');
        }
      }
    } finally {
      await world.close();
    }
    const load = `${before[0]!.toFixed(1)} before, ${os.loadavg()[0]!.toFixed(1)} after (average runnable tasks of a minute)`;
    const machine = `${os.cpus().length} cores (${os.cpus()[0]?.model ?? 'unknown'}), Chromium, everything on loopback`;
    const measured = Object.fromEntries(
      Object.entries(ways).map(([way, times]) => {
        const p50 = Object.fromEntries(Object.entries(times).map(([kind, all]) => [kind, median(all)]));
        const ratio = (kind: string): number => Math.round((1000 * p50[kind]!) / p50['without E2EE']!) / 1000;
        return [way, { p50, ratios: { passphrase: ratio('passphrase'), leader: ratio('leader') }, times }];
      }),
    );
    const result = { machine, pairs: PAIRS, load, limit: LIMIT, ...measured };
    await mkdir('bench/results', { recursive: true });
    await writeFile('bench/results/join.json', `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(
      'bench/results/join.md',
      [
        '# From `join()` to the first painted frame of somebody else',
        '',
        `${PAIRS} rounds of all six in one run, in turns. ${machine}. Milliseconds.`,
        `**at once**: a fresh page calls \`join()\` at once. **prepared**: it called \`SecureMeetingSession.prepare()\` a second before, as an element does while somebody types their name; without E2EE too.`,
        '',
        ...Object.entries(measured).flatMap(([way, { p50, ratios, times }]) => [
          `| ${way} | p50 | × | all |`,
          '|---|---|---|---|',
          ...Object.entries(times).map(
            ([kind, all]) =>
              `| ${kind} | ${p50[kind]} | ${kind in ratios ? `**${ratios[kind as 'leader']}**` : 1} | ${all.join(' ')} |`,
          ),
          '',
        ]),
        `× is the median as a multiple of the one without E2EE; the limit is ${LIMIT}. The machine's load while it ran: ${load}.`,
        '',
      ].join('\n'),
    );
    console.log(JSON.stringify(result));
    for (const { ratios } of Object.values(measured))
      for (const ratio of Object.values(ratios)) expect(ratio).to.be.at.most(LIMIT);
  });
});
