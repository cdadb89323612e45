import { expect } from 'chai';
import type { Database } from '../../src/server/index.js';
import { onBothDatabases } from './support/databases.js';
import { startFakeLivekit, type FakeLivekit } from './support/fake-livekit.js';
import { joinAs, moderate, moderationBody, type Member } from './support/host.js';
import { device, LIVEKIT, startSite, type Site } from './support/site.js';

onBothDatabases('moderation', (open) => {
  let database: Database;
  let site: Site;
  let livekit: FakeLivekit;
  let rooms = 0;
  let room: string;
  let host: Member;
  let bob: Member;
  before(async () => {
    database = await open();
    livekit = await startFakeLivekit();
    site = await startSite(database, { livekit: { ...LIVEKIT, apiUrl: livekit.url } });
    site.policy = (user) => ({ admit: true, role: user?.id === 'host' ? 'host' : 'member' });
  });
  after(() => livekit.stop());
  beforeEach(async () => {
    livekit.calls.length = 0;
    livekit.down = false;
    room = `moderated-${++rooms}`;
    host = await joinAs(site, room, { user: 'host' });
    bob = await joinAs(site, room, { user: 'bob' });
  });

  it('removes: disconnected, no new certificate under identity, device or account, until readmitted', async () => {
    expect((await moderate(site, host, 'remove', { target: bob.identity })).body).to.deep.equal({ done: true });
    expect(livekit.calls.map(({ method, body }) => [method, body.room, body.identity])).to.deep.equal([
      ['RemoveParticipant', room, bob.identity],
    ]);
    expect((await site.post('/token', { room_name: room }, { user: 'bob' })).body.code).to.equal('not-admitted');
    const sameDevice = { room_name: room, device_key: bob.key.text };
    expect((await site.post('/token', sameDevice)).body.code, 'as a guest from the same device').to.equal(
      'not-admitted',
    );
    expect((await site.post('/token', { room_name: room }, { user: 'carol' })).status, 'others').to.equal(201);
    expect((await site.post('/token', { room_name: 'elsewhere' }, { user: 'bob' })).status, 'other rooms').to.equal(
      201,
    );
    await moderate(site, host, 'readmit', { target: bob.identity });
    expect((await site.post('/token', { room_name: room }, { user: 'bob' })).status).to.equal(201);
  });

  it('lets into a locked room who was in it, and hosts, nobody else', async () => {
    await moderate(site, host, 'lock');
    expect((await site.post('/token', { room_name: room }, { user: 'carol' })).body.code).to.equal('room-locked');
    expect((await site.post('/token', { room_name: room })).body.code).to.equal('room-locked');
    expect((await site.post('/token', { room_name: room }, { user: 'bob' })).status).to.equal(201);
    await moderate(site, host, 'unlock');
    expect((await site.post('/token', { room_name: room }, { user: 'carol' })).status).to.equal(201);
  });

  it('mutes, stops a share and sets what may be sent, through LiveKit', async () => {
    livekit.answers.set('GetParticipant', {
      tracks: [
        { sid: 'TR_mic', source: 'MICROPHONE', muted: false },
        { sid: 'TR_cam', source: 'CAMERA', muted: false },
        { sid: 'TR_screen', source: 'SCREEN_SHARE', muted: false },
      ],
    });
    const target = bob.identity;
    await moderate(site, host, 'mute', { target });
    await moderate(site, host, 'mute', { target, track: 'TR_cam' });
    await moderate(site, host, 'stop-camera', { target });
    await moderate(site, host, 'stop-share', { target });
    await moderate(site, host, 'permissions', { target, sources: ['microphone'] });
    const changes = livekit.calls.filter(({ method }) => method !== 'GetParticipant');
    expect(changes.map(({ method, body }) => [method, body.trackSid ?? body.permission])).to.deep.equal([
      ['MutePublishedTrack', 'TR_mic'],
      ['MutePublishedTrack', 'TR_cam'],
      ['MutePublishedTrack', 'TR_cam'],
      ['MutePublishedTrack', 'TR_screen'],
      [
        'UpdateParticipant',
        { canSubscribe: true, canPublish: true, canPublishData: true, canPublishSources: ['MICROPHONE'] },
      ],
    ]);
  });

  it('ends: the room is deleted, old certificates act no more, the next meeting is another', async () => {
    expect((await moderate(site, host, 'end')).status).to.equal(200);
    expect(livekit.calls.map(({ method, body }) => [method, body.room])).to.deep.equal([['DeleteRoom', room]]);
    expect((await moderate(site, host, 'lock')).body.code).to.equal('unauthorised');
    const next = await joinAs(site, room, { user: 'host' });
    expect(next.meeting).not.to.deep.equal(host.meeting);
    expect((await moderate(site, host, 'remove', { target: bob.identity })).body.code, 'of the last meeting').to.equal(
      'unauthorised',
    );
  });

  it('does a repeated request once', async () => {
    const body = await moderationBody(site, host, 'remove', { target: bob.identity });
    const replies = [await site.post('/moderation/remove', body), await site.post('/moderation/remove', body)];
    expect(replies.map(({ status }) => status)).to.deep.equal([200, 200]);
    expect(livekit.calls).to.have.length(1);
    await moderate(site, host, 'readmit', { target: bob.identity });
    await site.post('/moderation/remove', body);
    expect((await site.post('/token', { room_name: room }, { user: 'bob' })).status, 'a replay bars nobody').to.equal(
      201,
    );
  });

  it('keeps a removal when LiveKit is down, says so, and finishes when asked again', async () => {
    livekit.down = true;
    const body = await moderationBody(site, host, 'remove', { target: bob.identity });
    const failed = await site.post('/moderation/remove', body);
    expect(failed).to.deep.include({ status: 503, body: { code: 'unavailable', retry_after: 5 } });
    expect((await site.post('/token', { room_name: room }, { user: 'bob' })).body.code).to.equal('not-admitted');
    livekit.down = false;
    expect((await site.post('/moderation/remove', body)).status).to.equal(200);
    expect(livekit.calls.map(({ method }) => method)).to.deep.equal(['RemoveParticipant']);
  });

  it('asks LiveKit by itself until a removal was done', async function () {
    livekit.down = true;
    await moderate(site, host, 'remove', { target: bob.identity });
    livekit.down = false;
    const deadline = Date.now() + 12_000;
    while (livekit.calls.length === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(livekit.calls.map(({ method, body }) => [method, body.identity])).to.deep.equal([
      ['RemoveParticipant', bob.identity],
    ]);
  });

  it('refuses everybody who is not a certified host of this very meeting', async () => {
    const target = { target: bob.identity };
    const mallory = await device();
    const elsewhere = await joinAs(site, `${room}-other`, { user: 'host' });
    const stale = { time: Math.floor(site.time / 1000) - 301 };
    const attempts: [string, Record<string, unknown>][] = [
      ['a member', await moderationBody(site, bob, 'remove', target)],
      ['a stolen certificate', await moderationBody(site, host, 'remove', target, {}, mallory)],
      [
        'a host of another room, for this meeting',
        await moderationBody(site, elsewhere, 'remove', target, { meeting: host.meeting }),
      ],
      [
        'that host’s certificate and this host’s signature',
        { ...(await moderationBody(site, host, 'remove', target)), certificate: elsewhere.certificate },
      ],
      ['a request for another action', await moderationBody(site, host, 'mute', target)],
      ['another target', { ...(await moderationBody(site, host, 'remove', target)), target: host.identity }],
      ['an old request', await moderationBody(site, host, 'remove', target, stale)],
      ['another backend’s', await moderationBody(site, host, 'remove', target, { issuer: 'https://other.example' })],
      ['a certificate that is none', { ...(await moderationBody(site, host, 'remove', target)), certificate: 'AAAA' }],
    ];
    for (const [who, body] of attempts)
      expect((await site.post('/moderation/remove', body)).body, who).to.deep.equal({ code: 'unauthorised' });
    expect(livekit.calls).to.deep.equal([]);
    expect((await site.post('/token', { room_name: room }, { user: 'bob' })).status).to.equal(201);
  });

  it('takes no orders from a host who was removed', async () => {
    const second = await joinAs(site, room, { user: 'host' });
    await moderate(site, host, 'remove', { target: host.identity });
    expect((await moderate(site, second, 'remove', { target: bob.identity })).body.code).to.equal('unauthorised');
  });
});
