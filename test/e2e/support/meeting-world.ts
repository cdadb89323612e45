import type { SessionOptions, SessionState } from '../../../src/session/types.js';
import type { MeetingPage } from '../pages/meeting.js';
import type { OpenOptions, World } from './world.js';
import type { PageHandle } from './page-handle.js';
import { until } from './until.js';

export type Page = PageHandle<MeetingPage>;

/** A link secret that everyone in a test's meeting has. */
export const LINK = { kind: 'link', value: 'q1w2e3r4t5y6u7i8o9p0aA' } as const;

/** Where pages get their tokens: the page server speaks LiveKit's standard, as a host site would. */
export async function serveTokens(world: World): Promise<string> {
  world.server.handle('/token', async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { room_name, participant_identity, participant_name } = JSON.parse(body) as Record<string, string>;
    const identity = participant_identity ?? `guest-${Math.random().toString(36).slice(2, 10)}`;
    response.writeHead(201, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        server_url: world.livekit.url,
        participant_token: world.token({
          room: room_name ?? '',
          identity,
          ...(participant_name === undefined ? {} : { name: participant_name }),
        }),
      }),
    );
  });
  return `${world.server.origin}/token`;
}

/** Opens a page and gives its session these options; a literal token names the participant. */
export async function person(
  world: World,
  room: string,
  identity: string,
  options: Partial<SessionOptions> = {},
  where: OpenOptions = {},
): Promise<Page> {
  const page = await world.open<MeetingPage>('test/e2e/pages/meeting.ts', where);
  await page.call('start', {
    room,
    serverUrl: world.livekit.url,
    token: world.token({ room, identity }),
    keyProvider: 'passphrase',
    passphrase: LINK,
    displayName: identity,
    ...options,
  });
  return page;
}

export const stateOf = (page: Page): Promise<SessionState> => page.call('state');

/** Waits until the page's meeting is in `state` of encryption. */
export function untilEncryption(
  page: Page,
  state: SessionState['encryption']['state'],
  within = 20_000,
): Promise<unknown> {
  return until(
    `the meeting is ${state}`,
    async () => {
      const now = await stateOf(page);
      return now.encryption.state === state ? true : (void (last = now.encryption), false);
    },
    { within },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)} ${JSON.stringify(last)}\n${page.console.join('\n')}`);
  });
}
let last: unknown;

/** Waits until `count` more frames of `source` of `identity` were painted here. */
export async function untilPainted(
  page: Page,
  identity: string,
  source: 'camera' | 'screen' = 'camera',
  count = 5,
): Promise<void> {
  const before = await page.call('painted', identity, source);
  await until(
    `${count} frames of ${identity}'s ${source}`,
    async () => (await page.call('painted', identity, source)) >= before + count,
  );
}

/** Waits until more sound packets of `identity` were authenticated here. */
export async function untilHeard(
  page: Page,
  identity: string,
  source: 'microphone' | 'screen-audio' = 'microphone',
): Promise<void> {
  const opened = async (): Promise<number> =>
    (await page.call('stats')).streams.find(
      (one) => one.identity === identity && one.source === source && one.direction === 'in',
    )?.opened ?? 0;
  const before = await opened();
  await until(`sound of ${identity}`, async () => (await opened()) > before + 10).catch(async (error: unknown) => {
    const { others, encryption } = await stateOf(page);
    const { streams } = await page.call('stats');
    throw new Error(`${String(error)} ${JSON.stringify({ others, encryption, streams })}\n${page.console.join('\n')}`);
  });
}
