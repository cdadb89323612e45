/** The examples about where keys come from, held through a real LiveKit. */
import { expect } from 'chai';
import type { SecureMeeting } from '../../src/elements/index.js';
import { startSite, type Site, type Visitor } from './site.js';

describe('examples of keys', () => {
  let site: Site;
  before(async () => {
    site = await startSite();
  });
  after(() => site.close());
  afterEach(() => site.closePages());

  const both = async (name: string): Promise<readonly [Visitor, Visitor]> => [
    await site.visit(`/examples/${name}/`),
    await site.visit(`/examples/${name}/`),
  ];

  it('passphrase-prompt: whoever types the same words gets in, and others are told', async () => {
    const visitors = [...(await both('passphrase-prompt')), await site.visit('/examples/passphrase-prompt/')];
    const [ann, ben, eve] = visitors as [Visitor, Visitor, Visitor];
    const type = async ({ page, press }: Visitor, passphrase: string): Promise<void> => {
      const field = await page.waitForSelector('secure-meeting >>> input[name=passphrase]', {
        visible: true,
        timeout: 60_000,
      });
      await field!.type(passphrase);
      await press('secure-meeting >>> [part~="button-primary"]');
    };
    for (const [visitor, name] of [
      [ann, 'Ann'],
      [ben, 'Ben'],
    ] as const) {
      await visitor.join(name);
      await type(visitor, 'seven quiet herons by the weir');
    }
    for (const visitor of [ann, ben]) await visitor.untilMeeting('encrypted');
    await ann.untilReads('#said', 'You are in.');
    await eve.join('Eve');
    await type(eve, 'eight noisy herons by the weir');
    await eve.untilReads('#said', 'Not joined: key-wrong');
    for (const { page } of [ann, ben, eve]) {
      const everything = await page.evaluate(
        () =>
          document.documentElement.outerHTML +
          location.href +
          JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
      );
      expect(everything).not.to.contain('herons');
    }
  });

  it('own-provider: the provider of the guide makes the keys of a real meeting', async () => {
    const visitors = await both('own-provider');
    for (const visitor of visitors) await visitor.join('Ann', { devices: true });
    for (const visitor of visitors) await visitor.untilMeeting('encrypted');
    for (const visitor of visitors) await visitor.untilPicture();
    for (const visitor of visitors) await visitor.untilReads('#said', 'shared-secret: the meeting is encrypted.');
  });

  it('external-keys: the site’s server gives the keys, and another one when somebody left', async () => {
    const [ann, ben] = await both('external-keys');
    const cy = await site.visit('/examples/external-keys/');
    for (const [visitor, name] of [
      [ann, 'Ann'],
      [ben, 'Ben'],
      [cy, 'Cy'],
    ] as const) {
      await visitor.join(name);
      await visitor.untilReads('#said', 'Key number 1 of this meeting is in use.');
    }
    for (const visitor of [ann, ben, cy]) await visitor.untilMeeting('encrypted');
    await cy.page.$eval('secure-meeting', (element) => (element as SecureMeeting).leave());
    for (const visitor of [ann, ben]) {
      await visitor.untilReads('#said', 'Key number 2 of this meeting is in use.');
      await visitor.untilMeeting('encrypted');
    }
    const late = await site.visit('/examples/external-keys/');
    await late.join('Dan');
    await late.untilReads('#said', 'Key number 2 of this meeting is in use.');
    for (const visitor of [ann, ben, late]) await visitor.untilMeeting('encrypted');
    for (const { problems } of [ann, ben, late]) expect(problems).to.deep.equal([]);
  });
});
