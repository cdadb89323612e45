import { expect } from 'chai';
import { SecureMeetingError } from '../../../src/base/index.js';
import { LocalMedia } from '../../../src/session/devices/local-media.js';
import type { Connection } from '../../../src/session/ports.js';
import { code, FakeDevices, type FakeTrack } from './fake-devices.js';

describe('own camera, microphone and screen', () => {
  let devices: FakeDevices;
  let media: LocalMedia;
  let failed: SecureMeetingError[];
  let log: string[];
  let connection: Connection;
  beforeEach(() => {
    if (typeof localStorage !== 'undefined') localStorage.clear();
    devices = new FakeDevices();
    failed = [];
    log = [];
    media = new LocalMedia(devices, { changed: () => undefined, failed: (error) => void failed.push(error) });
    connection = {
      publish: async (source: string) => void log.push(`publish ${source}`),
      replace: async (source: string, track: MediaStreamTrack) =>
        void log.push(`replace ${source} ${(track as unknown as FakeTrack).device}`),
      setMuted: async (source: string, muted: boolean) => void log.push(`${muted ? 'mute' : 'unmute'} ${source}`),
      sends: () => true,
      unpublish: async (source: string) => void log.push(`unpublish ${source}`),
    } as never;
  });

  it('opens a device when asked and not before, and releases a camera that is off', async () => {
    expect(devices.asked).to.have.length(0);
    await media.set('camera', true);
    expect(media.isOn('camera')).to.equal(true);
    expect(media.devices.videoinput.permission).to.equal('granted');
    await media.set('camera', false);
    expect(media.isOn('camera')).to.equal(false);
    expect(devices.opened[0]?.readyState).to.equal('ended');
  });

  it('suppresses noise as the microphone says itself, whatever was wished, and without a gap in what is sent', async () => {
    expect(media.noiseSuppression, 'none is open').to.equal(undefined);
    devices.suppresses = ({ noiseSuppression }) => noiseSuppression === true;
    await media.attach(connection);
    await media.set('microphone', true);
    expect(media.noiseSuppression).to.equal(true);
    await media.setNoiseSuppression(false);
    expect(media.noiseSuppression).to.equal(false);
    expect(log).to.deep.equal(['publish microphone', 'replace microphone one']);
    expect(devices.opened.map(({ readyState }) => readyState)).to.deep.equal(['ended', 'live']);
    devices.suppresses = () => true;
    await media.setNoiseSuppression(true);
    await media.setNoiseSuppression(false);
    expect(media.noiseSuppression, 'a browser that does it all the same').to.equal(true);
    devices.suppresses = undefined;
    await media.setNoiseSuppression(true);
    expect(media.noiseSuppression, 'one that does not say').to.equal(undefined);
  });

  it('ends in what was asked last, however fast the clicks', async () => {
    await Promise.all([true, false, true, false, true].map((on) => media.set('camera', on)));
    expect(media.isOn('camera')).to.equal(true);
    expect(devices.opened.filter(({ readyState }) => readyState === 'live')).to.have.length(1);
  });

  for (const [name, permission, expected] of [
    ['NotAllowedError', 'denied', 'device-denied'],
    ['NotAllowedError', 'unknown', 'device-denied'],
    ['NotAllowedError', 'prompt', 'device-dismissed'],
    ['SecurityError', 'granted', 'device-policy'],
    ['NotFoundError', 'granted', 'device-missing'],
    ['NotReadableError', 'granted', 'device-in-use'],
    ['AbortError', 'granted', 'device-in-use'],
    ['TypeError', 'granted', 'device-failed'],
  ] as const)
    it(`tells ${name} (permission ${permission}) as ${expected}, and lets one try again`, async () => {
      devices.fails = name;
      devices.permissionState = permission;
      expect(await code(media.set('microphone', true))).to.equal(expected);
      expect(media.isOn('microphone')).to.equal(false);
      expect(media.devices.audioinput.error).to.equal(expected);
      devices.fails = undefined;
      await media.set('microphone', true);
      expect(media.devices.audioinput.error).to.equal(null);
    });

  it('refuses on an insecure page without asking', async () => {
    devices.secure = false;
    expect(await code(media.set('camera', true))).to.equal('browser-insecure-page');
    expect(devices.asked).to.have.length(0);
  });

  it('sends what is on, mutes a microphone without closing it, and goes on in the same stream', async () => {
    await media.set('microphone', true);
    await media.set('camera', true);
    await media.attach(connection);
    expect(log.sort()).to.deep.equal(['publish camera', 'publish microphone']);
    log.length = 0;
    await media.set('microphone', false);
    expect(devices.opened[0]?.readyState).to.equal('live');
    await media.set('microphone', true);
    await media.set('camera', false);
    expect(devices.opened[1]?.readyState).to.equal('ended');
    await media.set('camera', true);
    expect(log).to.deep.equal([
      'mute microphone',
      'replace microphone one',
      'unmute microphone',
      'mute camera',
      'replace camera one',
      'unmute camera',
    ]);
  });

  it('chooses another device during the call, and keeps the old one when the new one fails', async () => {
    await media.set('camera', true);
    await media.attach(connection);
    log.length = 0;
    await media.select('videoinput', 'two');
    expect(log).to.deep.equal(['replace camera two']);
    expect(media.devices.videoinput.selected).to.equal('two');
    devices.fails = 'NotReadableError';
    expect(await code(media.select('videoinput', 'one'))).to.equal('device-in-use');
    expect(media.devices.videoinput.selected).to.equal('two');
    expect(media.track('camera')?.readyState).to.equal('live');
  });

  it('takes another device when the one in use is unplugged, and is off with a reason when there is none', async () => {
    await media.set('camera', true);
    await media.attach(connection);
    await media.select('videoinput', 'two');
    devices.plugged = ['one'];
    devices.opened.at(-1)?.unplug();
    await media.set('microphone', false);
    expect((media.track('camera') as unknown as FakeTrack).device).to.equal('one');
    expect(failed).to.have.length(0);
    devices.plugged = [];
    devices.opened.at(-1)?.unplug();
    await media.set('microphone', false);
    expect(media.isOn('camera')).to.equal(false);
    expect(failed.map((error) => error.code)).to.deep.equal(['device-missing']);
  });

  it('uses any device when the remembered one is not plugged in today', async () => {
    await media.select('videoinput', 'gone');
    await media.set('camera', true);
    expect((media.track('camera') as unknown as FakeTrack).device).to.equal('one');
  });

  it('lists devices without asking, and follows plugging', async () => {
    await media.refresh();
    expect(devices.asked).to.have.length(0);
    expect(media.devices.videoinput.list).to.have.length(2);
    devices.plugged = ['one', 'two', 'three'];
    for (const listener of devices.listeners) listener();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(media.devices.videoinput.list).to.have.length(3);
    await media.stop();
    expect(devices.listeners.size).to.equal(0);
  });

  it('shares a screen with its sound as streams of their own, and ends when the browser ends it', async () => {
    await media.attach(connection);
    await media.share({ audio: true, hint: 'text' });
    expect(log).to.deep.equal(['publish screen', 'publish screen-audio']);
    expect(media.isOn('screen')).to.equal(true);
    devices.opened[0]?.unplug();
    await media.unshare();
    expect(media.isOn('screen')).to.equal(false);
    expect(log.slice(2)).to.deep.equal(['unpublish screen', 'unpublish screen-audio']);
  });

  it('tells a closed screen picker as media-share-cancelled', async () => {
    devices.fails = 'NotAllowedError';
    expect(await code(media.share({}))).to.equal('media-share-cancelled');
    expect(media.isOn('screen')).to.equal(false);
  });

  it('joins without a device that fails to be sent, and says so', async () => {
    await media.set('camera', true);
    await media.attach({
      ...connection,
      publish: () => Promise.reject(new SecureMeetingError('media-publish-failed')),
    } as never);
    // Most of it passes: the way is still being built.
    expect(await media.catchUp()).to.equal(false);
    expect([media.isOn('camera'), failed.length]).to.deep.equal([true, 0]);
    expect(await media.catchUp(true)).to.equal(false);
    expect(failed.map((error) => error.code)).to.deep.equal(['media-publish-failed']);
    expect(media.isOn('camera')).to.equal(false);
    expect(devices.opened[0]?.readyState).to.equal('ended');
  });

  it('keeps on what could not be sent because the way was gone just then, and sends it once there is one', async () => {
    let open = false;
    const publish = async (source: string): Promise<void> => {
      if (!open) throw new SecureMeetingError('network-lost');
      log.push(`publish ${source}`);
    };
    await media.set('microphone', true);
    await media.attach({ ...connection, publish } as never);
    expect(await code(media.set('camera', true))).to.equal('no error');
    expect(failed).to.deep.equal([]);
    expect([media.isOn('microphone'), media.isOn('camera')]).to.deep.equal([true, true]);
    expect(log).to.deep.equal([]);
    open = true;
    await media.catchUp();
    expect(log.sort()).to.deep.equal(['publish camera', 'publish microphone']);
    await media.catchUp();
    expect(log, 'once').to.have.length(2);
    expect(devices.opened.every(({ readyState }) => readyState === 'live')).to.equal(true);
  });

  it('sends again what was lost while the way was built anew, on or on its way back', async () => {
    let alive = true;
    const sends = (): boolean => alive;
    await media.set('microphone', true);
    await media.set('camera', true);
    await media.attach({ ...connection, sends } as never);
    await media.set('microphone', false);
    log.length = 0;
    await media.catchUp();
    expect(log).to.deep.equal([]);
    alive = false;
    await media.catchUp();
    expect(log).to.deep.equal(['publish camera']);
    await media.set('microphone', true);
    expect(log).to.deep.equal(['publish camera', 'publish microphone']);
  });

  it('lets go of what opens after everything was released, and does nothing that was asked before', async () => {
    const opening: (() => void)[] = [];
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      await new Promise<void>((resolve) => opening.push(resolve));
      return open(constraints);
    };
    const first = media.set('microphone', true);
    const second = media.set('camera', true);
    while (opening.length < 1) await new Promise((resolve) => setTimeout(resolve));
    await media.stop();
    opening.forEach((go) => go());
    await Promise.all([first, second]);
    expect(devices.opened.map(({ kind, readyState }) => [kind, readyState])).to.deep.equal([['audio', 'ended']]);
    expect([media.isOn('microphone'), media.isOn('camera')]).to.deep.equal([false, false]);
    // And can be used again.
    const again = media.set('camera', true);
    while (opening.length < 2) await new Promise((resolve) => setTimeout(resolve));
    opening[1]?.();
    await again;
    expect(media.isOn('camera')).to.equal(true);
  });

  it('releases every device at the end', async () => {
    await media.set('camera', true);
    await media.set('microphone', true);
    await media.stop();
    expect(devices.opened.every(({ readyState }) => readyState === 'ended')).to.equal(true);
    expect(media.isOn('camera') || media.isOn('microphone')).to.equal(false);
  });
});
