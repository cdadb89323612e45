import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { PURPOSES } from '../../../src/crypto/index.js';

describe('the protocol document', () => {
  it('lists exactly the purposes there are', async () => {
    const text = await readFile('docs/protocol.md', 'utf8');
    const section = text.slice(text.indexOf('## 1. '), text.indexOf('## 2. '));
    const listed = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, purpose]) => purpose);
    expect(listed).to.deep.equal([...PURPOSES]);
  });
});
