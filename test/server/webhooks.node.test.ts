import { expect } from 'chai';
import { AccessToken } from 'livekit-server-sdk';
import { createHash } from 'node:crypto';
import type { Database } from '../../src/server/index.js';
import { onBothDatabases } from './support/databases.js';
import { joinAs } from './support/host.js';
import { LIVEKIT, startSite, type Reply, type Site } from './support/site.js';

/** Signs a webhook as LiveKit does. */
async function authorization(body: string, secret = LIVEKIT.apiSecret): Promise<string> {
  const token = new AccessToken(LIVEKIT.apiKey, secret, { ttl: 300 });
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return token.toJwt();
}

onBothDatabases('LiveKit webhooks', (open) => {
  let database: Database;
  let site: Site;
  let events = 0;
  let rooms = 0;
  before(async () => {
    database = await open();
    site = await startSite(database);
  });
  beforeEach(() => {
    site.time = Date.now();
    site.policy = () => ({ admit: true, limit: 2 });
  });
  const event = (room: string, name: string, participant?: { identity: string; sid: string }, at = site.time): string =>
    JSON.stringify({
      event: name,
      id: `EV_${++events}`,
      createdAt: Math.floor(at / 1000),
      room: { name: room },
      ...(participant && { participant }),
    });
  const deliver = async (body: string, auth?: string): Promise<Reply> =>
    site.post('/webhooks/livekit', body, {
      headers: { authorization: auth ?? (await authorization(body)), 'content-type': 'application/webhook+json' },
    });

  it('counts who is connected, in whatever order events come: a full room lets nobody else in', async () => {
    const room = `full-${++rooms}`;
    const [alice, bob] = [await joinAs(site, room, { user: 'alice' }), await joinAs(site, room, { user: 'bob' })];
    await deliver(event(room, 'participant_joined', { identity: alice.identity, sid: `PA_a${rooms}` }));
    await deliver(event(room, 'participant_joined', { identity: bob.identity, sid: `PA_b${rooms}` }));
    const ask = (user: string): Promise<Reply> => site.post('/token', { room_name: room }, { user });
    expect((await ask('carol')).body.code).to.equal('room-full');
    expect((await ask('alice')).status, 'somebody who is in it comes back').to.equal(201);
    await deliver(event(room, 'participant_left', { identity: 'g_x', sid: `PA_x${rooms}` }));
    await deliver(event(room, 'participant_joined', { identity: 'g_x', sid: `PA_x${rooms}` }));
    await deliver(event(room, 'participant_left', { identity: bob.identity, sid: `PA_b${rooms}` }));
    expect((await ask('carol')).status).to.equal(201);
  });

  it('ends a meeting when the room is finished, not the next one by an event that came late', async () => {
    const room = `finished-${++rooms}`;
    const first = await joinAs(site, room, { user: 'alice' });
    site.time += 5000;
    await deliver(event(room, 'room_finished'));
    site.time += 5000;
    const second = await joinAs(site, room, { user: 'alice' });
    expect(second.meeting).not.to.deep.equal(first.meeting);
    await deliver(event(room, 'room_finished', undefined, site.time - 5000));
    expect((await joinAs(site, room, { user: 'bob' })).meeting).to.deep.equal(second.meeting);
  });

  it('applies a replayed event once', async () => {
    const room = `replayed-${++rooms}`;
    await joinAs(site, room, { user: 'alice' });
    // The next meeting begins in the moment of the event: no order of times saves it from the second delivery.
    site.time = (Math.ceil(site.time / 1000) + 1) * 1000;
    const finished = event(room, 'room_finished');
    const auth = await authorization(finished);
    expect((await deliver(finished, auth)).status).to.equal(200);
    const next = await joinAs(site, room, { user: 'alice' });
    expect((await deliver(finished, auth)).status).to.equal(200);
    expect((await joinAs(site, room, { user: 'bob' })).meeting).to.deep.equal(next.meeting);
  });

  it('refuses what LiveKit did not sign, what was changed, what is old, and what a browser sends', async () => {
    const room = `forged-${++rooms}`;
    const meeting = (await joinAs(site, room, { user: 'alice' })).meeting;
    site.time += 1000;
    const good = event(room, 'room_finished');
    const attempts: [string, Promise<Reply>][] = [
      ['no signature', deliver(good, '')],
      ['another secret', deliver(good, await authorization(good, 'b-secret-for-the-tests-of-32-chars'))],
      ['the signature of another body', deliver(good, await authorization(event(room, 'room_started')))],
      ['an old event', deliver(event(room, 'room_finished', undefined, site.time - 601_000))],
      [
        'a token for a participant',
        deliver(good, await new AccessToken(LIVEKIT.apiKey, LIVEKIT.apiSecret, { identity: 'x' }).toJwt()),
      ],
      ['no JSON', deliver('{')],
    ];
    for (const [what, reply] of attempts) expect((await reply).body.code, what).to.equal('unauthorised');
    const browser = await site.post('/webhooks/livekit', good, {
      headers: { authorization: await authorization(good), origin: 'https://www.example' },
    });
    expect(browser.body.code).to.equal('origin-not-allowed');
    expect((await joinAs(site, room, { user: 'alice' })).meeting).to.deep.equal(meeting);
  });
});
