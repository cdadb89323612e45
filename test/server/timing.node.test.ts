import { expect } from 'chai';
import { utf8 } from '../../src/base/index.js';
import { openPglite, Secrets, type Database } from '../../src/server/index.js';
import { keyOf, startSite, type Reply, type Site } from './support/site.js';

const PAIRS = 120;

/** Two-sided p of Wilcoxon's signed-rank test over paired differences, by the normal approximation. */
function signedRank(differences: readonly number[]): number {
  const ranked = differences.filter((d) => d !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const n = ranked.length;
  const sum = ranked.reduce((total, d, i) => total + (d > 0 ? i + 1 : 0), 0);
  const z = Math.abs(sum - (n * (n + 1)) / 4) / Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  // Abramowitz and Stegun 26.2.17
  const t = 1 / (1 + 0.2316419 * z);
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 2 * tail;
}

describe('enumeration of phone numbers', () => {
  let database: Database;
  let site: Site;
  let secrets: Secrets;
  let next = 0;
  const number = (): string => `+49151${String(10_000_000 + (next += 1) * 1009).slice(0, 8)}`;
  const ask = async (phone: string): Promise<Reply> => {
    const user = `u${++next}`;
    site.users.set(user, { id: user });
    return site.post('/verification/start', { number: phone }, { user, address: `10.${next >> 8}.${next & 255}.1` });
  };
  /** A number somebody else verified. */
  const known = async (): Promise<string> => {
    const phone = number();
    const bytes = utf8('x');
    await database.query(
      `insert into verifications (user_ref, user_sealed, number_ref, number_sealed, country, key_id, verified_at, used_at)
       values ($1, $2, $3, $2, 'DE', $2, now(), now())`,
      [secrets.ref('user', `owner of ${phone}`), bytes, secrets.ref('number', phone)],
    );
    return phone;
  };

  before(async () => {
    database = await openPglite();
    site = await startSite(database, {
      verification: {
        sms: { send: () => Promise.resolve() },
        siteName: 'Example',
        countries: ['DE'],
        sendsPerDay: 100_000,
      },
    });
    secrets = await Secrets.import([keyOf(2)]);
    for (let i = 0; i < 40; i++) await ask(number());
  });
  after(() => site.server.close());

  /** Times of known less times of unknown numbers, in pairs, either first in turn. */
  async function measure(start: (phone: string) => Promise<unknown>): Promise<number> {
    const differences: number[] = [];
    for (let i = 0; i < PAIRS; i++) {
      site.time += 3_600_000;
      const phones = [await known(), number()];
      const times: number[] = [];
      for (const which of i % 2 ? [0, 1] : [1, 0]) {
        const before = performance.now();
        await start(phones[which] as string);
        times[which] = performance.now() - before;
      }
      differences.push((times[0] as number) - (times[1] as number));
    }
    return signedRank(differences);
  }

  it('answers known and unknown numbers with the same status and fields', async () => {
    const [one, other] = [await ask(await known()), await ask(number())];
    expect(one.status).to.equal(other.status);
    expect(Object.keys(one.body)).to.deep.equal(Object.keys(other.body));
    expect([...one.headers.keys()]).to.deep.equal([...other.headers.keys()]);
  });

  it('takes as long for known as for unknown numbers (signed-rank test at 1 %, twice in a row to count)', async () => {
    const first = await measure(ask);
    const differs = first < 0.01 && (await measure(ask)) < 0.01;
    expect(differs).to.equal(false);
  });

  it('would be found out: the same test sees a planted early return', async () => {
    const planted = async (phone: string): Promise<unknown> => {
      const rows = await database.query('select 1 from verifications where number_ref = $1', [
        secrets.ref('number', phone),
      ]);
      return rows.length > 0 ? undefined : ask(phone);
    };
    expect(await measure(planted)).to.be.below(0.01);
  });
});
