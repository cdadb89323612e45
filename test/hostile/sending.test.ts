/**
 * What a hostile SFU may try so that a sender sends in clear, sends a counter twice, or sends something we can't protect;
 * and what must not be mistaken for an attack. Through a real LiveKit server.
 */
import { expect } from 'chai';
import type { Replacements } from '../e2e/support/bundle.js';
import { startSignalProxy, type SignalProxy } from '../e2e/support/signal-proxy.js';
import { pause, until } from '../e2e/support/until.js';
import { assemble, dropped, opened, plays, sealed, SECRET, type Cast, type Member } from './cast.js';
import { changeMind, claimPlaintext, collideTrackIds, demandCodec, renameCodec, watchLocalTracks } from './lies.js';
import { decodedFrom, reachedDecoder, sidOf } from './support.js';
import { WEAKNESSES } from './weakened/index.js';

const PLAYS = 30;
/** The header of a sealed VP8 key frame is readable: a decoder takes one now and then for a picture, of noise. */
const NOISE = 5;
/** What this server lets people send: AV1 too. */
const CODECS = ['audio/opus', 'video/vp8', 'video/vp9', 'video/h264', 'video/av1'];
const NO_KEY = ['plaintext', 'unknown-key', 'header', 'short', 'forged'];

describe('A sender among a hostile server and hostile participants', () => {
  let cast: Cast;
  const proxies: SignalProxy[] = [];
  before(async () => {
    cast = await assemble('sending', { room: { enabled_codecs: CODECS.map((mime) => ({ mime })) } });
    await until('Bob sees Alice', async () => (await opened(cast.bob, 'alice', 'camera')) > PLAYS);
  });
  after(async () => {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await cast.close();
  });

  /** A member told lies of its own; it leaves at the end of the test. */
  async function lyingTo(tell: (proxy: SignalProxy) => void, weakness?: Replacements): Promise<Member> {
    const proxy = await startSignalProxy(cast.world.livekit.url);
    proxies.push(proxy);
    tell(proxy);
    return cast.member('carol', { via: proxy.url, ...(weakness && { weakness }) });
  }
  /** Carol's frames that a participant without keys can show. */
  const inClear = async (): Promise<number> => decodedFrom(cast.mallory, await sidOf(cast.world, cast.room, 'carol'));
  const recorded = (): Promise<number> => cast.mallory.call('recorded', 'carol/camera');

  it('sends nothing before it has a key; a build without the defence sends in clear', async () => {
    const carol = await cast.member('carol', { active: false });
    await carol.call('publish', 'camera');
    await until('frames were held back', async () => {
      const counts = await carol.call('counts');
      return counts.some(({ direction, dropped: { paused = 0 } }) => direction === 'out' && paused > PLAYS);
    });
    expect(await recorded(), 'frames that reached the server').to.equal(0);
    await carol.close();

    const careless = await cast.member('carol', { active: false, weakness: WEAKNESSES.sendsWithoutKey });
    await careless.call('publish', 'camera');
    await until('somebody without keys sees her', async () => (await inClear()) > PLAYS);
    await careless.close();
  });

  it('stops at once when keys are paused; a build without the defence goes on in clear', async () => {
    const carol = await cast.member('carol');
    await carol.call('publish', 'camera');
    await plays(cast.bob, 'carol', 'camera');
    await carol.call('pause');
    const sent = await sealed(carol, 'carol', 'camera');
    await until('frames are held back', async () => {
      const counts = await carol.call('counts');
      return counts.some(({ direction, dropped: { paused = 0 } }) => direction === 'out' && paused > PLAYS);
    });
    expect(await sealed(carol, 'carol', 'camera')).to.equal(sent);
    expect(await inClear()).to.be.lessThan(NOISE);
    await carol.close();

    const careless = await cast.member('carol', { weakness: WEAKNESSES.sendsWithoutKey });
    await careless.call('publish', 'camera');
    await plays(cast.bob, 'carol', 'camera');
    await careless.call('pause');
    await until('somebody without keys sees her', async () => (await inClear()) > PLAYS);
    await careless.close();
  });

  it('sends nothing in clear when its worker is killed; a build without the defence does', async () => {
    const carol = await cast.member('carol');
    await carol.call('publish', 'camera');
    await until('Mallory gets her frames', async () => (await recorded()) > PLAYS);
    await carol.call('killWorker');
    await until('the loss is noticed', () => carol.call('lost'), { within: 10_000 });
    const sent = await recorded();
    await pause(1_000);
    expect(await recorded(), 'frames after the loss').to.equal(sent);
    expect(await inClear(), 'frames that somebody without keys can show').to.be.lessThan(NOISE);
    await carol.close();

    const careless = await cast.member('carol', { weakness: WEAKNESSES.passesWhenDead });
    await careless.call('publish', 'camera');
    await plays(cast.bob, 'carol', 'camera');
    await careless.call('killWorker');
    await until('somebody without keys sees her', async () => (await inClear()) > PLAYS);
    await careless.close();
  });

  /** Carol's camera runs, then a remote track gets the id of hers. */
  async function collide(weakness?: Replacements): Promise<Member> {
    const tell = (proxy: SignalProxy): void => {
      collideTrackIds(proxy, watchLocalTracks(proxy));
      claimPlaintext(proxy);
    };
    const carol = await lyingTo(tell, weakness);
    await carol.call('publish', 'camera');
    await plays(cast.bob, 'carol', 'camera');
    await cast.mallory.call('publish', { source: 'screen', flag: 'NONE', payload: { kind: 'plain' } });
    await until('a remote track has the local id', async () =>
      (await carol.call('remoteTrackIds')).includes((await carol.call('localTrackId')) ?? ''),
    );
    return carol;
  }

  it('goes on sealing when a remote track has the id of its own; a build without the defence mistakes it', async () => {
    const carol = await collide();
    await plays(cast.bob, 'carol', 'camera', PLAYS);
    expect(await inClear(), 'frames that somebody without keys can show').to.be.lessThan(NOISE);
    await cast.mallory.call('unpublishAll');
    await carol.close();

    const mistaken = await collide(WEAKNESSES.byTrackId);
    const before = await dropped(cast.bob, 'carol', 'camera', ['stream']);
    await until(
      'her camera is sealed as a screen',
      async () => (await dropped(cast.bob, 'carol', 'camera', ['stream'])) > before + PLAYS,
    );
    await cast.mallory.call('unpublishAll');
    await mistaken.close();
  });

  it('never sends a codec that it cannot protect, though the server demands it; a build without the defence does', async () => {
    const carol = await lyingTo((proxy) => demandCodec(proxy, 'video/AV1'));
    await carol.call('publish', 'camera').catch(() => undefined);
    await until('it refused, or sends another codec', async () => {
      const video = (await carol.rtc('outbound')).filter(({ kind }) => kind === 'video');
      return (await carol.call('refusedCodecs')).length > 0 || video.some(({ packetsSent }) => packetsSent > 5);
    });
    const codecs = (await carol.rtc('outbound')).map(({ codec }) => codec.toLowerCase());
    expect(codecs).not.to.include('video/av1');
    expect(await inClear()).to.be.lessThan(NOISE);
    await carol.close();

    const obedient = await lyingTo((proxy) => demandCodec(proxy, 'video/AV1'), WEAKNESSES.anyCodec);
    await obedient.call('publish', 'camera');
    await until('it sends AV1', async () => {
      const video = (await obedient.rtc('outbound')).filter(({ kind }) => kind === 'video');
      return video.some(({ codec, framesEncoded }) => codec.toLowerCase() === 'video/av1' && framesEncoded > 5);
    });
    await obedient.close();
  });

  it('opens frames whose codec the server renames: nothing is misread; a build that believes it opens nothing', async () => {
    const rename = (proxy: SignalProxy): void => renameCodec(proxy, 'video/H264');
    const carol = await lyingTo(rename);
    await plays(carol, 'alice', 'camera');
    expect(await dropped(carol, 'alice', 'camera', ['forged', 'replay', 'stream'])).to.equal(0);
    await carol.close();

    const credulous = await lyingTo(rename, WEAKNESSES.believesServer);
    await until(
      'it takes her frames for another codec',
      async () => (await dropped(credulous, 'alice', 'camera', ['header', 'forged', 'short', 'plaintext'])) > PLAYS,
    );
    await credulous.close();
  });

  it('keeps opening and keeps refusing when the server flips the flag in the middle of a call; a build that believes it plays plaintext', async () => {
    let flip = (): void => undefined;
    const tell = (proxy: SignalProxy): void => {
      flip = changeMind(proxy, (participant) => {
        for (const track of participant.tracks) track.encryption = 0;
      });
    };
    const carol = await lyingTo(tell);
    await plays(carol, 'alice', 'camera');
    const track = await cast.mallory.call('publish', { source: 'camera', flag: 'GCM', payload: { kind: 'plain' } });
    await until('plaintext is dropped', async () => (await dropped(carol, 'mallory', 'camera', NO_KEY)) > 5);
    flip();
    const before = await dropped(carol, 'mallory', 'camera', NO_KEY);
    await until('it still is', async () => (await dropped(carol, 'mallory', 'camera', NO_KEY)) > before + PLAYS);
    expect(await reachedDecoder(carol, track)).to.equal(0);
    await plays(carol, 'alice', 'camera', 5);
    await carol.close();

    const credulous = await lyingTo(tell, WEAKNESSES.believesServer);
    await plays(credulous, 'alice', 'camera');
    await until('plaintext is dropped', async () => (await dropped(credulous, 'mallory', 'camera', NO_KEY)) > 5);
    const passed = await reachedDecoder(credulous, track);
    flip();
    await until('plaintext plays', async () => (await reachedDecoder(credulous, track)) > passed + PLAYS);
    await cast.mallory.call('unpublishAll');
    await credulous.close();
  });

  it('never repeats a counter when it publishes again; a build without the defence does', async () => {
    const counters = () => cast.mallory.call('counters', 'carol/camera');
    const carol = await cast.member('carol');
    await cast.mallory.call('forget', 'carol');
    for (let round = 0; round < 3; round++) {
      const before = await recorded();
      await carol.call('publish', 'camera', round === 1);
      await until('frames arrive', async () => (await recorded()) > before + 10);
      await carol.call('unpublish', 'camera');
    }
    expect((await counters()).frames).to.be.greaterThan(PLAYS);
    expect((await counters()).repeated).to.deep.equal([]);
    await carol.close();

    const forgetful = await cast.member('carol', { weakness: WEAKNESSES.countsAnew });
    await cast.mallory.call('forget', 'carol');
    await forgetful.call('publish', 'camera');
    await until('a counter came twice', async () => (await counters()).repeated.length > 0);
    await forgetful.close();
  });

  it('drops nothing honest when simulcast layers are switched back and forth; counters of their own would be replays', async () => {
    const refused = (): Promise<number> =>
      dropped(cast.bob, 'carol', 'camera', ['replay', 'forged', 'stream', 'header', 'plaintext']);
    const carol = await cast.member('carol');
    const before = await refused();
    await carol.call('publish', 'camera', true);
    await plays(cast.bob, 'carol', 'camera');
    for (const quality of ['low', 'high', 'low', 'high', 'medium', 'high'] as const) {
      await cast.bob.call('layer', 'carol', quality);
      await plays(cast.bob, 'carol', 'camera', 15);
    }
    expect(await refused()).to.equal(before);
    await carol.close();

    const forgetful = await cast.member('carol', { weakness: WEAKNESSES.countsAnew });
    await forgetful.call('publish', 'camera', true);
    await until('honest frames are dropped', async () => (await refused()) > before + PLAYS);
    await forgetful.close();
  });

  it('refuses a participant with the wrong key; a build without the defence hands its frames on', async () => {
    // She was here before under another binding: until a frame of this join opens, a wrong tag may be one of the old.
    const before = await dropped(cast.bob, 'carol', 'camera', ['forged', 'rejoining']);
    const wrong = await cast.member('carol', { secret: `not ${SECRET}` });
    const twin = await cast.twin(WEAKNESSES.believesPlaintext);
    const track = await wrong.call('publish', 'camera');
    await until(
      'Bob drops her frames',
      async () => (await dropped(cast.bob, 'carol', 'camera', ['forged', 'rejoining'])) > before + PLAYS,
    );
    expect(await reachedDecoder(cast.bob, track)).to.equal(0);
    await until("they reach the twin's decoder", async () => (await reachedDecoder(twin, track)) > PLAYS);
    await wrong.close();
  });

  it('refuses captured frames after its own full reconnect; a build without the defence plays them', async () => {
    const { bob, trent } = cast;
    const twin = await cast.twin(WEAKNESSES.noReplayWindow);
    await until('the attacker has a recording', async () => (await trent.call('recorded', 'alice/camera')) > PLAYS);
    for (const member of [bob, twin]) {
      await member.call('reconnect');
      await plays(member, 'alice', 'camera', 5);
    }
    const payload = { kind: 'replay', of: 'alice/camera' } as const;
    const track = await trent.call('publish', { source: 'camera', flag: 'GCM', payload });
    await until('replays are dropped', async () => (await dropped(bob, 'alice', 'camera', ['replay'])) > PLAYS);
    const passed = await reachedDecoder(bob, track);
    const before = await dropped(bob, 'alice', 'camera', ['replay']);
    await until('and dropped', async () => (await dropped(bob, 'alice', 'camera', ['replay'])) > before + PLAYS);
    expect(await reachedDecoder(bob, track)).to.equal(passed);
    await until("they reach the twin's decoder", async () => (await reachedDecoder(twin, track)) > PLAYS);
    await trent.call('unpublishAll');
  });
});
