/**
 * Five people in two browsers hold a meeting with the element's buttons alone, on a site with its backend: nobody calls
 * a method, but to begin.
 */
import { expect } from 'chai';
import { createDevelopmentServer, listen, type Listening } from '../../src/server/index.js';
import type { SessionState } from '../../src/session/types.js';
import type { ElementPage } from './pages/element.js';
import type { BrowserName, PageHandle } from './support/page-handle.js';
import { until } from './support/until.js';
import { startWorld, type World } from './support/world.js';

type Visitor = PageHandle<ElementPage>;

/** Milliseconds: five pages and an SFU on a machine with little to spare. */
const LONG = 60_000;
const NAMES = ['host-ann', 'ben', 'cam', 'dee', 'eve'] as const;
type Name = (typeof NAMES)[number];

describe('five people with the buttons alone', () => {
  let world: World;
  let backend: Listening;
  let room: string;
  const people = new Map<string, Visitor>();
  const one = (name: Name): Visitor => people.get(name)!;

  before(async () => {
    world = await startWorld();
    const { url, apiKey, apiSecret } = world.livekit;
    const server = await createDevelopmentServer({
      livekit: { url, apiKey, apiSecret },
      issuer: 'http://localhost/api',
      origins: [world.server.origin],
      log: () => undefined,
    });
    backend = await listen(server, 0, '127.0.0.1');
    room = world.room('five');
  });
  after(async () => {
    await backend?.close();
    await world?.close();
  });

  async function come(name: string, browser: BrowserName = 'chromium'): Promise<Visitor> {
    const page = await world.open<ElementPage>('test/e2e/pages/element.ts', { browser });
    const attributes = { room, api: `http://127.0.0.1:${backend.port}`, 'display-name': name };
    await page.call('open', { ...attributes, 'start-muted': '', 'start-camera-off': '' }, name);
    people.set(name, page);
    await click(page, '[part~="prejoin-join"]');
    return page;
  }
  const state = async (page: Visitor): Promise<SessionState> => (await page.call('state'))!;
  const click = (page: Visitor, selector: string): Promise<unknown> =>
    until(`${selector} is there`, () => page.call('click', selector), { within: LONG });
  const press = (page: Visitor, words: string): Promise<unknown> =>
    until(`"${words}" is there`, () => page.call('press', words), { within: LONG });
  const fill = (page: Visitor, selector: string, value: string): Promise<unknown> =>
    until(`${selector} is there`, () => page.call('fill', selector, value), { within: LONG });
  const becomes = (what: string, check: () => Promise<unknown>): Promise<unknown> =>
    until(what, check, { within: LONG, every: 150 });
  const phase = (page: Visitor, wanted: string): Promise<unknown> =>
    becomes(wanted, async () => expect(await page.call('phase')).to.equal(wanted));
  /** These and nobody else, each proved to each. */
  const together = (...names: Name[]): Promise<unknown> =>
    becomes('all are proved to all', async () => {
      for (const name of names) {
        const { others, encryption } = await state(one(name));
        expect(encryption.state, name).to.be.oneOf(['encrypted', 'verified']);
        expect(
          others.map((other) => `${other.name} ${other.encryption.replace('verified', 'encrypted')}`).sort(),
        ).to.deep.equal(
          names
            .filter((other) => other !== name)
            .map((other) => `${other} encrypted`)
            .sort(),
        );
      }
      return true;
    });
  const sees = (by: Name, whom: Name): Promise<SessionState['others'][number]> =>
    until(`${by} sees ${whom}`, async () => (await state(one(by))).others.find(({ name }) => name === whom));

  it('four come; the host has the fifth wait, and admits them', async () => {
    const ann = await come('host-ann');
    await phase(ann, 'joined');
    await Promise.all([come('ben'), come('cam'), come('dee', 'firefox')]);
    for (const name of ['ben', 'cam', 'dee'] as const) await phase(one(name), 'joined');
    await together('host-ann', 'ben', 'cam', 'dee');
    await click(ann, '[data-tool=people]');
    await click(ann, '.disclosure');
    await click(ann, '[aria-labelledby=one-by-one]');
    await becomes('the waiting room is on', async () => (await state(ann)).room.waitingRoom);
    const eve = await come('eve');
    await phase(eve, 'knocking');
    await press(ann, 'Admit');
    await phase(eve, 'joined');
    await together(...NAMES);
  });

  it('one shares a screen, and stops', async () => {
    await click(one('ben'), '[data-tool=share]');
    await becomes('it is seen', async () => (await sees('dee', 'ben')).screen);
    await becomes('it plays', () => one('cam').call('plays', '[part~="tile-video"]'));
    await click(one('ben'), '[data-tool=share]');
    await becomes('it is over', async () => !(await sees('dee', 'ben')).screen);
  });

  it('they write, and one takes a file', async () => {
    for (const name of ['cam', 'host-ann'] as const) await click(one(name), '[data-tool=chat]');
    await becomes('it is sent', () => one('cam').call('write', 'textarea', 'Here is the plan'));
    for (const name of ['host-ann', 'dee', 'eve'] as const)
      await becomes('it is read', async () =>
        (await state(one(name))).chat.some(({ text, local }) => text === 'Here is the plan' && !local),
      );
    await becomes('it is chosen', () => one('cam').call('pick', 'plan.pdf', 200_000));
    const offered = await until('it is offered', async () => (await state(one('host-ann'))).files?.[0]);
    await press(one('host-ann'), 'Accept');
    await becomes('it is there', async () =>
      expect(await one('host-ann').call('received', offered.id)).to.equal(200_000),
    );
  });

  it('one raises a hand; the host compares the code with somebody', async () => {
    await click(one('dee'), '[data-tool=hand]');
    await becomes('it is seen', async () => (await sees('eve', 'dee')).hand > 0);
    const codes = await Promise.all(NAMES.map(async (name) => (await state(one(name))).securityCode?.code.join(' ')));
    expect(new Set(codes).size, 'codes').to.equal(1);
    const ann = one('host-ann');
    await click(ann, '.seal');
    await press(ann, 'Compare the code');
    await press(ann, 'They match');
    await becomes('it is compared', async () => (await state(ann)).encryption.state === 'verified');
  });

  it('one changes the language, right to left too, and another the quality', async () => {
    const settings = async (name: Name): Promise<void> => {
      await click(one(name), '[data-tool=more]');
      await press(one(name), 'Settings');
    };
    await settings('cam');
    await fill(one('cam'), 'select[id=language]', 'ar');
    await becomes('it runs from the right', async () => (await one('cam').call('direction')) === 'rtl');
    await fill(one('cam'), 'select[id=language]', 'de');
    await becomes('it is German', () => one('cam').call('press', 'Schließen'));
    await settings('eve');
    await fill(one('eve'), 'select[id=quality]', 'audio');
    await becomes('only sound', async () => (await state(one('eve'))).quality === 'audio');
    await together(...NAMES);
  });

  it('the host locks, removes one, and ends it for everyone', async () => {
    const ann = one('host-ann');
    await click(ann, '[data-tool=people]');
    if (!(await ann.call('sees', '[aria-labelledby=lock]'))) await click(ann, '.disclosure');
    await click(ann, '[aria-labelledby=lock]');
    await becomes('it is locked', async () => (await state(ann)).room.locked);
    const fay = await come('fay');
    await becomes('the sixth is turned away', async () => (await fay.call('state'))?.left?.reason === 'locked');
    await fay.close();

    await press(ann, 'More about ben');
    await press(ann, 'Remove from the meeting');
    await click(ann, '.confirm .alarm');
    await becomes('ben is out', async () => (await state(one('ben'))).left?.reason === 'removed');
    await together('host-ann', 'cam', 'dee', 'eve');

    await click(ann, '[data-tool=leave]');
    await press(ann, 'End for everyone');
    for (const name of ['cam', 'dee', 'eve'] as const)
      await becomes(`${name} is told`, async () => (await state(one(name))).left?.reason === 'ended');
    await phase(ann, 'left');
    const violations = await Promise.all(
      NAMES.map(async (name) => (await one(name).call('facts')).filter(({ type }) => type === 'encryption-violation')),
    );
    expect(violations.flat()).to.deep.equal([]);
  });
});
