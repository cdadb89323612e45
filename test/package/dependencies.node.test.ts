/** `docs/dependencies.md`: what of other people's code reaches a site's browsers. */
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { differences } from '../../scripts/lib/table-rows.mjs';
import { root } from './packed.js';
import { script } from './site.js';

describe('other people’s code', () => {
  let page: string;
  before(async () => {
    page = await readFile(path.join(root, 'docs/dependencies.md'), 'utf8');
  });
  const tables = (): Promise<typeof import('../../scripts/lib/dependency-table.mjs')> =>
    script('scripts/lib/dependency-table.mjs');

  it('is at most 15 packages in the tree that npm installs, each in the table with its licence and reason', async () => {
    const { installedTree, LARGEST_TREE } = await tables();
    const names = [...(await installedTree()).keys()];
    expect(LARGEST_TREE).to.equal(15);
    expect(names.length).to.be.at.most(15).and.at.least(5);
    for (const name of names)
      expect(page).to.match(new RegExp(`^\\| ${name} \\| [\\d.]+ \\| \\S.* \\| .+ \\| \\S.* \\|$`, 'm'));
  });

  it('has its licence in the package wherever it is in a bundle', async () => {
    const { bundledBytes, compiledBytes } = await tables();
    const licences = await readFile(path.join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    const names = [...(await bundledBytes()).keys(), ...(await compiledBytes()).keys()];
    expect(names).to.include.members(['lit-html', '@noble/curves', 'livekit-client']);
    for (const name of names) expect(licences).to.match(new RegExp(`^${name} [\\d.]+\nLicence: `, 'm'));
  });

  it('is compared line by line: a package too many, one too few, another licence, version or reason, a larger size', () => {
    const planted = {
      'a package too many': page.replace(/^\| lit \|.*\n/m, ''),
      'one too few': page.replace(/^\| lit \|.*$/m, '$&\n| left-pad | 1.3.0 | WTFPL | none | because |'),
      'another licence': page.replace(/(\| lit \| [\d.]+ \|) BSD-3-Clause/, '$1 MIT'),
      'another version': page.replace(/\| lit \| [\d.]+ \|/, '| lit | 9.9.9 |'),
      'another reason': page.replace(/(\| lit \|.* \|) [^|]+ \|$/m, '$1 because |'),
      'a larger size': page.replace(
        /(\| lit-html \|.*\| )[\d,]+( \|)/,
        (_, before: string, after: string) => `${before}20,000${after}`,
      ),
    };
    for (const [what, text] of Object.entries(planted)) {
      expect(text, what).not.to.equal(page);
      expect(differences(text, page), what).not.to.deep.equal([]);
    }
    expect(differences(page, page)).to.deep.equal([]);
    expect(
      differences(
        page.replace(
          /(\| lit-html \|.*\| )[\d,]+( \|)/,
          (_, before: string, after: string) => `${before}9,300${after}`,
        ),
        page,
      ),
    ).to.deep.equal([]);
  });
});
