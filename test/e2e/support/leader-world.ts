/** A call whose keys come from a leader: what its members show each other, asked over and over until it holds. */
import { expect } from 'chai';
import type { SessionOptions, SessionState } from '../../../src/session/types.js';
import { person, stateOf, type Page } from './meeting-world.js';
import { until } from './until.js';
import type { OpenOptions, World } from './world.js';

/** Opens a page whose session takes its keys from a leader; it has not joined yet. */
export function member(
  world: World,
  room: string,
  identity: string,
  where: OpenOptions = {},
  options: Partial<SessionOptions> = {},
): Promise<Page> {
  const own = { keyProvider: 'leader', passphrase: undefined as never, startMuted: true, startCameraOff: true };
  return person(world, room, identity, { ...own, ...options }, where);
}

export type People = Readonly<Record<string, Page>>;

const codeOf = ({ securityCode }: SessionState): string => (securityCode?.code ?? []).join(' ');

/**
 * Waits until these and nobody else are in one meeting: each has proof of all others, all show one code, and all name
 * one leader, which is what this resolves with.
 */
export async function untilTogether(people: People, within = 30_000): Promise<{ leader: string; code: string }> {
  const names = Object.keys(people).sort();
  return until(
    `${names.join(', ')} are together`,
    async () => {
      const states = await Promise.all(Object.values(people).map(stateOf));
      const [first] = states as [SessionState, ...SessionState[]];
      for (const state of states) {
        const seen = [state.self.identity, ...state.others.map(({ identity }) => identity)].sort();
        expect(seen, `whom ${state.self.identity} sees`).to.deep.equal(names);
        expect(state.encryption.state, state.self.identity).to.be.oneOf(['encrypted', 'verified']);
        expect(codeOf(state), `the code of ${state.self.identity}`).to.equal(codeOf(first));
        expect(state.securityCode?.leader.identity).to.equal(first.securityCode?.leader.identity);
      }
      expect(codeOf(first)).to.match(/^(\d{5} ){5}\d{5}$/);
      return { leader: first.securityCode?.leader.identity ?? '', code: codeOf(first) };
    },
    { within, every: 150 },
  ).catch((error: unknown) => tell(error, people));
}

/** Waits until the connections of all these stand again. */
export function untilBack(people: People, within: number): Promise<unknown> {
  return until(
    'everybody is back',
    async () => {
      for (const page of Object.values(people)) {
        const { phase, self } = await stateOf(page);
        expect(phase, self.identity).to.equal('joined');
      }
      return true;
    },
    { within, every: 150 },
  ).catch((error: unknown) => tell(error, people));
}

async function tell(error: unknown, people: People): Promise<never> {
  throw new Error(`${String(error)}\n${(await Promise.all(Object.values(people).map(standing))).join('\n')}`);
}

/** Waits until this one is the only one left, and leads. */
export function untilAlone(page: Page, within = 60_000): Promise<unknown> {
  return until(
    'one is left, and leads',
    async () => {
      const { self, others, securityCode } = await stateOf(page);
      expect(others.map(({ identity }) => identity)).to.deep.equal([]);
      expect(securityCode?.leader.identity).to.equal(self.identity);
      return true;
    },
    { within, every: 150 },
  );
}

/** SIGKILL to the browser of this page, which has it for itself: no goodbye, no closing connection. */
export function kill(page: Page): void {
  const browser = page.page.browser().process();
  if (!browser?.kill('SIGKILL')) throw new Error('there is no browser to kill');
}

/** What no page of these may have seen: an alarm, an error, or its own end. `besides`: types and codes that are right here. */
export async function expectNoTrouble(people: People, besides: readonly string[] = []): Promise<void> {
  for (const [name, page] of Object.entries(people))
    expect(
      (await page.call('facts')).filter(
        ({ type, detail }) =>
          ['encryption-violation', 'left', 'error'].includes(type) &&
          !besides.includes(type) &&
          !besides.includes((detail as { code?: string }).code ?? ''),
      ),
      name,
    ).to.deep.equal([]);
}

/** For a failure's message: where a page stands, and what happened to it lately. */
async function standing(page: Page): Promise<string> {
  const { self, phase, encryption, others, securityCode } = await stateOf(page);
  const facts = (await page.call('facts'))
    .filter(({ type }) => type !== 'encryption-state')
    .slice(-8)
    .map(({ type, detail, at }) => `\n    ${Math.round(at)} ${type} ${JSON.stringify(detail)}`);
  const seen = others.map((other) => `${other.identity} ${other.encryption}`).join(', ');
  const leads = `${securityCode?.leader.identity} (${securityCode?.code[0]})`;
  return `${self.identity}: ${phase}, ${encryption.state} in epoch ${encryption.epoch}, led by ${leads}, sees ${seen}${facts.join('')}`;
}
