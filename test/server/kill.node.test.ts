/** SIGKILL at any moment: what was answered is kept, what was not is either done or as it was, and it starts again. */
import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromBase64Url, toBase64Url } from '../../src/base/index.js';
import { moderationMessage, readCertificate, type IdentityKey } from '../../src/crypto/index.js';
import { killBackends, startBackend, type Answer, type Backend } from './support/backend.js';
import { startFakeLivekit, type FakeLivekit } from './support/fake-livekit.js';
import { startCluster, type Cluster } from './support/postgres.js';
import { device, LIVEKIT } from './support/site.js';
import type { StandaloneSettings } from './support/standalone.js';

const ROUNDS = Number(process.env['KILLS'] ?? 5);
/** How many answers a round gives when nobody kills the backend. */
const ANSWERS = 20;
const ISSUER = 'https://meet.example';

describe('a backend that is killed', () => {
  let cluster: Cluster;
  let livekit: FakeLivekit;
  let folder: string;
  before(async () => {
    [cluster, livekit, folder] = await Promise.all([
      startCluster(),
      startFakeLivekit(),
      mkdtemp(path.join(tmpdir(), 'sm-kill-')),
    ]);
  });
  after(async () => {
    await killBackends();
    await Promise.all([cluster.stop(), livekit.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const stores: [string, () => Partial<StandaloneSettings>][] = [
    ['PGlite in a folder', () => ({ folder: path.join(folder, 'database') })],
    ['PostgreSQL', () => ({ url: cluster.createDatabase() })],
  ];
  for (const [name, store] of stores)
    it(`loses nothing it answered, and does nothing by halves (${name}, ${ROUNDS} kills)`, async () => {
      const settings = { ...store(), livekit: { ...LIVEKIT, apiUrl: livekit.url } };
      const story = new Story();
      for (let round = 0; round < ROUNDS; round++) {
        const backend = await startBackend(settings);
        story.backend = backend;
        await story.check(round);
        // Anywhere from the first answers to the last ones, and always with others under way.
        const work = story.work(round, 1 + Math.floor((round * ANSWERS) / ROUNDS));
        await Promise.race([work, story.enough]);
        await backend.kill();
        await work;
      }
      story.backend = await startBackend(settings);
      await story.check(ROUNDS);
      expect(story.confirmed, 'at least something was done before a kill').to.be.greaterThan(0);
      expect(await story.backend.end()).to.equal(0);
    });
});

/** What was asked for, and how it was answered: undefined when the backend was gone before it could. */
interface Deed {
  readonly user: string;
  readonly challenge?: string;
  readonly code?: string;
  checked?: Answer | undefined;
  wrong: number;
}

class Story {
  backend!: Backend;
  confirmed = 0;
  /** Resolves after as many answers as the round is to give before the kill. */
  enough: Promise<void> = Promise.resolve();
  #count = 0;
  #answered: () => unknown = () => undefined;
  readonly #deeds: Deed[] = [];
  readonly #removed: { readonly room: string; readonly user: string; readonly answered: boolean }[] = [];
  readonly #locked: { readonly room: string; readonly answered: boolean }[] = [];
  readonly #meetings = new Map<string, string>();

  /** One round's requests, all at once; none throws. */
  async work(round: number, answers: number): Promise<void> {
    this.#count = answers;
    this.enough = new Promise((resolve) => (this.#answered = () => --this.#count === 0 && resolve()));
    await Promise.all([
      ...[0, 1, 2, 3].map((i) => this.#verify(`new-${round}-${i}`, `+49151${round + 10}${i}00111`)),
      ...[0, 1].map((i) => this.#moderate(`room-${round}-${i}`)),
    ]);
  }

  /** Undefined when the backend was gone before it answered. */
  async #attempt(path: string, body: unknown, user?: string): Promise<Answer | undefined> {
    try {
      // Each user has an address of their own: no limit by address is meant here.
      const answer = await this.backend.post(path, body, user, { 'x-forwarded-for': addressOf(user) });
      this.#answered();
      return answer;
    } catch {
      return undefined;
    }
  }

  async #verify(user: string, number: string): Promise<void> {
    const { backend } = this;
    const started = await this.#attempt('/verification/start', { number }, user);
    if (started?.status !== 201) return;
    const code = backend.sms.find(({ to }) => to === number)!.code;
    const deed: Deed = { user, challenge: String(started.body['challenge']), code, wrong: 0 };
    this.#deeds.push(deed);
    const wrong = String((Number(code) + 1) % 1e6).padStart(6, '0');
    const guess = await this.#attempt('/verification/check', { challenge: deed.challenge, code: wrong }, user);
    if (guess?.body['code'] === 'code-wrong') deed.wrong++;
    deed.checked = await this.#attempt('/verification/check', { challenge: deed.challenge, code }, user);
  }

  async #moderate(room: string): Promise<void> {
    const key = await device();
    const host = await this.#attempt('/token', { room_name: room, device_key: key.text }, 'host');
    if (host?.status !== 201) return;
    const certificate = String(host.body['certificate']);
    this.#meetings.set(room, meetingOf(certificate));
    const bob = await this.#attempt('/token', { room_name: room }, 'bob');
    if (bob?.status !== 201) return;
    const send = async (action: string, target = ''): Promise<boolean> =>
      (await this.#attempt(`/moderation/${action}`, await signed(key, certificate, action, target)))?.status === 200;
    this.#removed.push({ room, user: 'bob', answered: await send('remove', String(bob.body['identity'])) });
    this.#locked.push({ room, answered: await send('lock') });
  }

  /** After a restart. */
  async check(round: number): Promise<void> {
    const { backend } = this;
    for (const { user, challenge, code, checked, wrong } of this.#deeds.splice(0)) {
      const verified = async (): Promise<boolean> =>
        (await backend.post('/token', { room_name: `of-${user}` }, user)).status === 201;
      const before = await verified();
      if (checked?.status === 200) {
        this.confirmed++;
        expect(before, 'a verification that was answered is kept').to.equal(true);
      }
      const guesses: unknown[] = [];
      const bad = String((Number(code) + 1) % 1e6).padStart(6, '0');
      if (before) {
        const again = await backend.post('/verification/check', { challenge, code }, user);
        expect(again.body['code'], 'a code that was used is used up').to.equal('code-expired');
      } else {
        for (let i = 0; i < 6; i++)
          guesses.push((await backend.post('/verification/check', { challenge, code: bad }, user)).body['code']);
        expect(guesses[0], 'a code that let nobody in is not used up').to.equal('code-wrong');
        const looked = guesses.filter((answer) => answer === 'code-wrong').length;
        expect(wrong + looked, 'tries go on counting across a kill').to.be.lessThan(5);
        const late = await backend.post('/verification/check', { challenge, code }, user);
        expect(late.body['code'], 'and the right code comes too late').to.equal('code-expired');
        expect(await verified()).to.equal(false);
      }
    }
    for (const { room, user, answered } of this.#removed.splice(0))
      if (answered) {
        this.confirmed++;
        const { body } = await backend.post('/token', { room_name: room }, user);
        expect(body['code'], `${user} stays out of ${room}`).to.equal('not-admitted');
      }
    for (const { room, answered } of this.#locked.splice(0))
      if (answered) {
        const { body } = await backend.post('/token', { room_name: room }, `late-${round}`);
        expect(body['code'], `${room} stays locked`).to.equal('room-locked');
      }
    for (const [room, meeting] of this.#meetings) {
      const { status, body } = await backend.post(
        '/token',
        { room_name: room, device_key: (await device()).text },
        'host',
      );
      expect(status).to.equal(201);
      expect(meetingOf(String(body['certificate'])), `${room} is the meeting it was`).to.equal(meeting);
    }
    expect((await backend.get('/ready')).status).to.equal(200);
  }
}

function addressOf(user = ''): string {
  const number = [...user].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_536, 7);
  return `10.0.${number >> 8}.${number & 255}`;
}

function meetingOf(certificate: string): string {
  return Buffer.from(readCertificate(fromBase64Url(certificate))!.meeting).toString('hex');
}

async function signed(key: IdentityKey, certificate: string, action: string, target: string): Promise<object> {
  const { meeting } = readCertificate(fromBase64Url(certificate))!;
  const request = {
    ...{ issuer: ISSUER, meeting, action, target, track: '' },
    id: crypto.getRandomValues(new Uint8Array(16)),
    time: Math.floor(Date.now() / 1000),
  };
  return {
    certificate,
    ...(target !== '' && { target }),
    id: toBase64Url(request.id),
    time: request.time,
    signature: toBase64Url(await key.sign(moderationMessage(request))),
  };
}
