import { expect } from 'chai';
import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pack, root, type Packed } from './packed.js';

/** Renders on a server, with secrets in every prop that takes one. `from` is the entry to import. */
const page = (from: string): string => `
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { SecureMeeting } from '${from}';
const props = {
  room: 'weekly', lang: 'de', className: 'call', displayName: 'Ana', startMuted: true,
  token: 'canary-token', passphrase: 'canary-passphrase',
  keyProvider: { name: 'canary-provider', toString: () => 'canary-key' },
  tokenSource: async () => ({ serverUrl: 'wss://x', token: 'canary-source' }),
  requestInit: () => ({ headers: { authorization: 'canary-header' } }),
  messages: { 'prejoin.join': 'canary-words' },
  onEncryptionState: () => undefined,
};
process.stdout.write(renderToString(createElement(SecureMeeting, props, createElement('p', { slot: 'prejoin-end' }, 'Hello'))));
`;

describe('secure-meeting/react on a server', () => {
  let packed: Packed;
  before(async () => {
    packed = await pack();
    for (const name of ['react', 'react-dom', 'scheduler'])
      await symlink(path.join(root, 'node_modules', name), path.join(packed.project, 'node_modules', name));
    await writeFile(path.join(packed.project, 'package.json'), '{"type":"module"}');
  });
  after(() => packed.remove());

  for (const [name, from] of [
    ['Node', 'secure-meeting/react'],
    ['edge runtimes', './node_modules/secure-meeting/dist/bare/react.js'],
  ] as const)
    it(`renders the tag and its children, and no token, key or passphrase, in ${name}`, async () => {
      await writeFile(path.join(packed.project, 'render.js'), page(from));
      const html = await packed.run(process.execPath, ['render.js']);
      expect(html).to.match(/^<secure-meeting [^>]*><p slot="prejoin-end">Hello<\/p><\/secure-meeting>$/);
      expect(html).not.to.contain('canary');
      expect(html).to.contain('class="call"');
    });
});
