/** A site that was deployed anew during a meeting: files of the old deployment are gone. Held through a real LiveKit. */
import { expect } from 'chai';
import type { SecureMeeting } from '../../src/elements/index.js';
import { until } from '../e2e/support/until.js';
import { startSite, type Site } from './site.js';

describe('a site that was deployed anew during the meeting', () => {
  let site: Site;
  before(async () => {
    site = await startSite();
  });
  after(() => site.close());

  it('a panel that is gone is said in words, can be tried again, and the meeting goes on', async () => {
    const visitor = await site.visit('/examples/import-map/');
    const { page } = visitor;
    let gone = true;
    let asked = 0;
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const panel = /(?:chat|people|privacy|settings)[^/]*\.js/.test(request.url());
      if (panel) asked++;
      void (panel && gone ? request.respond({ status: 404, body: 'not found' }) : request.continue());
    });
    const other = await site.visit('/examples/import-map/');
    await Promise.all([visitor.join('Ann', { devices: true }), other.join('Ben', { devices: true })]);
    for (const each of [visitor, other]) await each.untilMeeting('encrypted');
    await other.untilPicture();

    await visitor.press('secure-meeting >>> [data-tool=chat]');
    const alert = await page.waitForSelector('secure-meeting >>> .panel-plain [role=alert]', {
      visible: true,
      timeout: 60_000,
    });
    expect(asked).to.be.greaterThan(0);
    expect(await alert!.evaluate((words) => words.textContent)).to.match(/could not be loaded|couldn’t be loaded/i);
    const { phase, state } = await page.$eval('secure-meeting', (element) => {
      const { phase, encryptionState } = element as SecureMeeting;
      return { phase, state: encryptionState.state };
    });
    expect([phase, state]).to.deep.equal(['joined', 'encrypted']);
    await other.untilPicture();

    gone = false;
    await visitor.press('secure-meeting >>> .panel-plain button');
    await page.waitForSelector('secure-meeting >>> [part~=panel-header]', { visible: true, timeout: 60_000 });
    expect(await page.$eval('secure-meeting >>> [part~=panel-header] h2', (title) => title.textContent)).to.equal(
      'Chat',
    );
    await until('both are still proved', async () => {
      for (const each of [visitor, other]) await each.untilMeeting('encrypted');
      return true;
    });
  });
});
