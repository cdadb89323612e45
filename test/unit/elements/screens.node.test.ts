import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import screens from '../../../examples/screens.json';

describe('screens', () => {
  it('each have a page, and no page is without a screen', async () => {
    const pages = (await readdir('examples/screens')).filter((file) => file.endsWith('.html'));
    expect(pages.map((file) => file.replace('.html', '')).sort()).to.deep.equal(
      screens.screens.map(({ name }) => name).sort(),
    );
  });
});
