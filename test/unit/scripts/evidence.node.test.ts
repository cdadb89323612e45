import { expect } from 'chai';
import { checkEvidence } from '../../../scripts/lib/evidence.mjs';

const FILES: Readonly<Record<string, string>> = {
  'test/unit/a.test.ts': "describe('a', () => { it('does this', () => {}); });",
  'bench/results.md': '',
};
const check = (...rows: string[]): ReturnType<typeof checkEvidence> =>
  checkEvidence(['| promise | shown by |', '|---|---|', ...rows].join('\n'), async (file) => FILES[file]);

describe('the check of docs/evidence.md', () => {
  it('takes a title with a semicolon for one title, and what follows no file for a part of it', async () => {
    const line = (title: string): string => `| one | \`test/unit/b.test.ts\` › ${title}; \`test/unit/a.test.ts\` › a |`;
    const read = async (file: string): Promise<string> =>
      file.endsWith('b.test.ts') ? "it('does this; then that', () => {});" : "describe('a', () => {});";
    const problems = async (title: string): Promise<readonly string[]> =>
      (await checkEvidence(`| promise | shown by |\n|---|---|\n${line(title)}`, read)).problems;
    expect(await problems('does this; then that')).to.deep.equal([]);
    expect(await problems('does this; then nothing')).to.have.lengthOf(1);
  });

  it('accepts tests that exist, benchmarks that exist, and what is said to be open', async () => {
    const { rows, open, problems } = await check(
      '| one | `test/unit/a.test.ts` › a › does this; `bench/results.md` |',
      '| two | open |',
      '| three | **open**: needs a server |',
    );
    expect(problems).to.deep.equal([]);
    expect([rows, open]).to.deep.equal([3, 2]);
  });

  it('refuses a file or a title that does not exist', async () => {
    const { problems } = await check(
      '| one | `test/unit/b.test.ts` › x |',
      '| two | `test/unit/a.test.ts` › does that |',
    );
    expect(problems.join()).to.match(/line 3: .*b\.test\.ts does not exist.*line 4: .*no test called "does that"/);
  });

  it('refuses a row that names nothing, and a table without rows', async () => {
    expect((await check('| one | surely |')).problems).to.have.lengthOf(1);
    expect((await check()).problems).to.deep.equal(['there are no rows']);
  });
});
