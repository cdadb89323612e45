import { expect } from 'chai';
import { TokenVerifier } from 'livekit-server-sdk';
import { toBase64Url } from '../../src/base/index.js';
import { tokenProofMessage } from '../../src/crypto/index.js';
import { migrate, openPglite, type Database } from '../../src/server/index.js';
import { onBothDatabases } from './support/databases.js';
import { device, ISSUER, LIVEKIT, startSite, type Site } from './support/site.js';

onBothDatabases('token', (open) => {
  let database: Database;
  let site: Site;
  let rooms = 0;
  const newRoom = (): string => `room-${++rooms}`;
  before(async () => {
    database = await open();
    site = await startSite(database);
  });
  beforeEach(() => {
    site.policy = () => ({ admit: true });
  });

  it('answers as LiveKit’s token endpoint, with a token that grants the least a meeting needs', async () => {
    site.time = Date.now();
    const room = newRoom();
    const { status, body } = await site.post('/token', { room_name: room, participant_name: 'Alice' });
    expect(status).to.equal(201);
    expect(body.server_url).to.equal(LIVEKIT.url);
    const claims = await new TokenVerifier(LIVEKIT.apiKey, LIVEKIT.apiSecret).verify(String(body.participant_token));
    expect(claims.video).to.deep.equal({
      room,
      roomJoin: true,
      canPublish: true,
      canPublishSources: ['camera', 'microphone', 'screen_share', 'screen_share_audio'],
      canPublishData: true,
      canSubscribe: true,
      canUpdateOwnMetadata: false,
    });
    expect(claims.sub).to.equal(body.identity);
    expect(claims.name, 'the name stays out of an encrypted meeting’s token').to.equal(undefined);
    expect(claims.metadata).to.equal(undefined);
    expect(claims.exp! - Date.now() / 1000).to.be.within(500, 700);
  });

  it('certifies the device key, and the certificate holds for nothing else', async () => {
    const room = newRoom();
    const key = await device();
    const { body } = await site.post('/token', { room_name: room, device_key: key.text }, { user: 'alice' });
    const good = { room, identity: body.identity, ik: key.publicKey };
    const verdict = await site.verify(body.certificate, good);
    expect(verdict.ok && verdict.certificate).to.deep.include({
      role: 'member',
      encryption: 'required',
      issuer: ISSUER,
    });
    const other = await device();
    const faults: [string, object][] = [
      ['room', { ...good, room: newRoom() }],
      ['identity', { ...good, identity: 'g_mallory' }],
      ['device-key', { ...good, ik: other.publicKey }],
      ['not-yet', { ...good, now: site.time / 1000 - 86_400 }],
      ['expired', { ...good, now: site.time / 1000 + 3600 }],
    ];
    for (const [fault, expected] of faults)
      expect(await site.verify(body.certificate, expected as typeof good)).to.deep.equal({ ok: false, fault });
  });

  it('names a user the same in each request, otherwise in another room, and shows the SFU no name of the site', async () => {
    const [first, second] = [newRoom(), newRoom()];
    const identities = await Promise.all(
      [first, first, second].map(
        async (room) => (await site.post('/token', { room_name: room }, { user: 'alice@site' })).body.identity,
      ),
    );
    expect(identities[0]).to.equal(identities[1]);
    expect(identities[0]).not.to.equal(identities[2]);
    expect(String(identities[0])).not.to.contain('alice');
  });

  it('gives a guest’s identity back to the holder of the device key only', async () => {
    const room = newRoom();
    const key = await device();
    const { body } = await site.post('/token', { room_name: room, device_key: key.text });
    const identity = String(body.identity);
    const time = Math.floor(site.time / 1000);
    const proof = toBase64Url(await key.sign(tokenProofMessage({ issuer: ISSUER, room, identity, time })));
    const again = {
      room_name: room,
      device_key: key.text,
      participant_identity: identity,
      device_key_proof: proof,
      device_key_time: time,
    };
    expect((await site.post('/token', again)).body.identity).to.equal(identity);
    const mallory = await device();
    const theft = toBase64Url(await mallory.sign(tokenProofMessage({ issuer: ISSUER, room, identity, time })));
    for (const attempt of [
      { ...again, device_key_proof: theft },
      { ...again, device_key: mallory.text, device_key_proof: theft },
      { ...again, device_key_time: time + 1 },
    ]) {
      const { status, body } = await site.post('/token', attempt);
      expect(status).to.equal(201);
      expect(body.identity).not.to.equal(identity);
    }
  });

  it('asks a guest who is back for a proof, and lets nobody else know that there is such a guest', async () => {
    const room = newRoom();
    const key = await device();
    const { body } = await site.post('/token', { room_name: room, device_key: key.text });
    const identity = String(body.identity);
    const time = Math.floor(site.time / 1000);
    const back = { room_name: room, device_key: key.text, participant_identity: identity };
    const asks = { status: 403, body: { code: 'proof-required', issuer: ISSUER, time } };
    const none = 'A'.repeat(86);
    for (const attempt of [
      back,
      { ...back, device_key_proof: none },
      { ...back, device_key_time: time },
      { ...back, device_key_proof: none, device_key_time: time - 301 },
      { ...back, device_key_proof: none, device_key_time: time + 301 },
    ])
      expect(await site.post('/token', attempt)).to.deep.include(asks);
    site.policy = () => ({ admit: true, passcode: '493021' });
    expect(await site.post('/token', back), 'no passcode for who proves to be in').to.deep.include(asks);
    const mallory = await device();
    for (const attempt of [
      { ...back, device_key: mallory.text },
      { ...back, device_key: undefined },
      { ...back, participant_identity: 'g_nobody' },
      { ...back, room_name: newRoom() },
    ])
      expect((await site.post('/token', attempt)).body).to.deep.equal({ code: 'passcode-required' });
    site.policy = () => ({ admit: false });
    expect((await site.post('/token', back)).body).to.deep.equal({ code: 'not-admitted' });
  });

  it('refuses whom the policy does not admit', async () => {
    site.policy = (user) => ({ admit: user?.id === 'alice' });
    const room = newRoom();
    expect((await site.post('/token', { room_name: room }, { user: 'alice' })).status).to.equal(201);
    expect(await site.post('/token', { room_name: room })).to.deep.include({
      status: 403,
      body: { code: 'not-admitted' },
    });
  });

  it('asks members for the passcode, not hosts, and not again in the same meeting', async () => {
    const room = newRoom();
    site.policy = (user) => ({ admit: true, passcode: '493021', role: user?.id === 'host' ? 'host' : 'member' });
    expect((await site.post('/token', { room_name: room }, { user: 'host' })).body.role).to.equal('host');
    expect((await site.post('/token', { room_name: room }, { user: 'bob' })).body).to.deep.equal({
      code: 'passcode-required',
    });
    expect((await site.post('/token', { room_name: room, passcode: '493022' }, { user: 'bob' })).body).to.deep.equal({
      code: 'passcode-wrong',
    });
    expect((await site.post('/token', { room_name: room, passcode: '493021' }, { user: 'bob' })).status).to.equal(201);
    expect((await site.post('/token', { room_name: room }, { user: 'bob' })).status).to.equal(201);
  });

  it('locks an address out after five wrong passcodes, though all arrive at once, and says for how long', async () => {
    const room = newRoom();
    site.policy = () => ({ admit: true, passcode: '493021' });
    const guesses = Array.from({ length: 40 }, (_, i) => ({ room_name: room, passcode: String(100_000 + i) }));
    const replies = await Promise.all(guesses.map((guess) => site.post('/token', guess, { address: '198.51.100.7' })));
    expect(replies.filter(({ body }) => body.retry_after === undefined)).to.have.length(5);
    const right = { room_name: room, passcode: '493021' };
    const locked = await site.post('/token', right, { address: '198.51.100.7' });
    expect(locked.body.code).to.equal('passcode-wrong');
    expect(Number(locked.headers.get('retry-after'))).to.be.within(1, 900);
    expect((await site.post('/token', right, { address: '198.51.100.8' })).status, 'others are not').to.equal(201);
    site.time += 15 * 60_000;
    expect((await site.post('/token', right, { address: '198.51.100.7' })).status).to.equal(201);
  });

  it('holds the whole room’s guesses to 100 an hour, from however many addresses', async () => {
    const room = newRoom();
    site.policy = () => ({ admit: true, passcode: '493021' });
    for (let i = 0; i < 100; i++)
      await site.post('/token', { room_name: room, passcode: 'wrong' }, { address: `203.0.113.${i}` });
    const late = await site.post('/token', { room_name: room, passcode: '493021' }, { address: '203.0.113.200' });
    expect(late.body.code).to.equal('passcode-wrong');
    expect(Number(late.body.retry_after)).to.be.within(1, 3600);
  });

  it('fixes encryption when the meeting starts: only a host chooses, and nobody changes it afterwards', async () => {
    const room = newRoom();
    site.policy = (user) => ({ admit: true, encryption: 'choice', role: user?.id === 'host' ? 'host' : 'member' });
    const off = { room_name: room, encryption: 'off', participant_name: 'Alice' };
    expect((await site.post('/token', off, { user: 'bob' })).body.code).to.equal('encryption-mismatch');
    const first = await site.post('/token', off, { user: 'host' });
    expect(first.body.encryption).to.equal('off');
    expect((await site.post('/token', { room_name: room }, { user: 'host' })).body.code).to.equal(
      'encryption-mismatch',
    );
    expect((await site.post('/token', off, { user: 'bob' })).status).to.equal(201);
    site.policy = () => ({ admit: true, encryption: 'required' });
    expect((await site.post('/token', off, { user: 'carol' })).status, 'a changed policy waits for the next').to.equal(
      201,
    );
  });

  it('lets two founders who race with other wishes into one meeting of one kind', async () => {
    site.policy = () => ({ admit: true, encryption: 'choice', role: 'host' });
    for (let round = 0; round < 10; round++) {
      const room = newRoom();
      const replies = await Promise.all(
        ['off', 'required', 'off', 'required'].map((encryption, i) =>
          site.post('/token', { room_name: room, encryption }, { user: `u${i}` }),
        ),
      );
      const kinds = new Set(replies.filter(({ status }) => status === 201).map(({ body }) => body.encryption));
      expect(kinds.size).to.equal(1);
      expect(
        replies.filter(({ status }) => status === 403).every(({ body }) => body.code === 'encryption-mismatch'),
      ).to.equal(true);
    }
  });

  it('puts limit and end into answer and certificate; after the end the next meeting starts', async () => {
    const room = newRoom();
    const key = await device();
    site.policy = () => ({ admit: true, limit: 10, duration: 2400 });
    const start = Math.floor(site.time / 1000);
    const ask = { room_name: room, device_key: key.text };
    const { body } = await site.post('/token', ask, { user: 'alice' });
    expect(body).to.deep.include({ limit: 10, ends: start + 2400 });
    const verdict = await site.verify(body.certificate, { room, identity: body.identity, ik: key.publicKey });
    expect(verdict.ok && verdict.certificate).to.deep.include({ limit: 10, ends: start + 2400 });
    site.time += 600_000;
    expect((await site.post('/token', ask, { user: 'bob' })).body.ends, 'the same end for who comes later').to.equal(
      start + 2400,
    );
    site.time += 1_800_000;
    expect((await site.post('/token', ask, { user: 'bob' })).body.ends).to.equal(Math.floor(site.time / 1000) + 2400);
  });

  it('lets no one in when a hook of the site fails or answers nonsense', async () => {
    for (const policy of [
      () => {
        throw new Error('secret of the site');
      },
      () => ({ admit: 'yes' }),
      () => ({ admit: true, rôle: 'host' }),
      () => undefined,
    ]) {
      site.policy = policy as never;
      const { status, body } = await site.post('/token', { room_name: newRoom() });
      expect(status).to.equal(500);
      expect(body).to.deep.equal({ code: 'internal' });
    }
    expect(JSON.stringify(site.log)).not.to.contain('secret of the site');
  });

  it('keeps its data in the newest schema', async () => {
    expect(await migrate(database)).to.deep.equal([]);
  });
});

describe('mounting', () => {
  it('answers at the root and under the path of its public address', async () => {
    const site = await startSite(await openPglite(), { issuer: 'https://www.example/meeting' });
    for (const path of ['/token', '/meeting/token'])
      expect((await site.post(path, { room_name: 'x' })).status, path).to.equal(201);
    expect((await site.post('/other/token', { room_name: 'x' })).status).to.equal(404);
    await site.server.close();
  });
});
