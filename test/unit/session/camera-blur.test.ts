import { expect } from 'chai';
import { SecureMeetingError } from '../../../src/base/index.js';
import { readChoices } from '../../../src/session/devices/choices.js';
import { LocalMedia } from '../../../src/session/devices/local-media.js';
import type { Blur, BlurPort, Connection } from '../../../src/session/ports.js';
import { settled } from './fake-clock.js';
import { code, FakeDevices, FakeTrack } from './fake-devices.js';

const until = async (condition: () => boolean): Promise<void> => void expect(await settled(condition)).to.equal(true);

class FakeBlur implements Blur {
  readonly track = new FakeTrack('video', 'blurred') as never as MediaStreamTrack;
  readonly taken: FakeTrack[] = [];
  readonly pictures: (ImageBitmap | null)[] = [];
  ended = false;
  fails: string | undefined;
  async take(camera: MediaStreamTrack): Promise<void> {
    if (this.fails) throw new SecureMeetingError(this.fails as 'media-blur-failed');
    this.taken.push(camera as never);
  }
  behind(picture: ImageBitmap | null): void {
    this.pictures.push(picture);
  }
  stop(): void {
    this.ended = true;
  }
}

/** Loads at once, or when told. */
class FakeBlurs implements BlurPort {
  readonly made: FakeBlur[] = [];
  readonly failed: ((error: SecureMeetingError) => void)[] = [];
  /** Loads that wait: each is let go, or fails. */
  waiting: { go(): void; fail(): void }[] | undefined;
  aborted = 0;
  async load({ signal, failed }: Parameters<BlurPort['load']>[0]): Promise<Blur> {
    const { waiting } = this;
    if (waiting)
      await new Promise<void>((go, reject) => {
        waiting.push({ go, fail: () => reject(new SecureMeetingError('media-blur-failed')) });
        signal.addEventListener('abort', () => {
          this.aborted++;
          reject(signal.reason as Error);
        });
      });
    const blur = new FakeBlur();
    this.made.push(blur);
    this.failed.push(failed);
    return blur;
  }
}

describe('a camera that is blurred', () => {
  let devices: FakeDevices;
  let blurs: FakeBlurs;
  let media: LocalMedia;
  let failed: string[];
  /** What happened to what is sent, with the device whose picture it is. */
  let log: string[];
  /** What was sent or shown of a camera while it was to be blurred. */
  let raw: string[];
  let connection: Connection;

  const make = (): LocalMedia =>
    new LocalMedia(devices, {
      changed: () => check('shown', media?.track('camera')),
      failed: (error) => void failed.push(error.code),
    });
  const check = (where: string, track: MediaStreamTrack | undefined): void => {
    const { device } = (track ?? { device: 'blurred' }) as unknown as FakeTrack;
    if (media?.blur !== 'off' && device !== 'blurred') raw.push(`${where} ${device} while ${media?.blur}`);
  };
  const send = async (what: string, source: string, track: MediaStreamTrack): Promise<void> => {
    log.push(`${what} ${(track as unknown as FakeTrack).device}`);
    if (source === 'camera') check(what, track);
  };
  const open = (): FakeTrack[] => devices.opened.filter(({ readyState }) => readyState === 'live');

  beforeEach(() => {
    if (typeof localStorage !== 'undefined') localStorage.clear();
    devices = new FakeDevices();
    devices.blur = blurs = new FakeBlurs();
    failed = [];
    log = [];
    raw = [];
    media = make();
    connection = {
      publish: (source: string, track: MediaStreamTrack) => send('publish', source, track),
      replace: (source: string, track: MediaStreamTrack) => send('replace', source, track),
      setMuted: async (source: string, muted: boolean) => void log.push(`${muted ? 'mute' : 'unmute'} ${source}`),
      sends: () => true,
      unpublish: async () => undefined,
    } as never;
  });
  afterEach(() => {
    expect(raw, 'nobody is seen as they are while they asked not to be').to.deep.equal([]);
  });

  it('loads nothing before a camera is on with it, and sends its picture alone', async () => {
    expect(media.blur).to.equal('off');
    await media.attach(connection);
    await media.setBlur(true);
    expect([media.blur, blurs.made.length]).to.deep.equal(['on', 0]);
    await media.set('camera', true);
    expect(log).to.deep.equal(['publish blurred']);
    expect((media.track('camera') as unknown as FakeTrack).device).to.equal('blurred');
    await media.set('camera', false);
    expect([blurs.made[0]?.ended, open().length]).to.deep.equal([true, 0]);
    await media.set('camera', true);
    expect(log.slice(1)).to.deep.equal(['mute camera', 'replace blurred', 'unmute camera']);
  });

  it('is off while it loads, and what is muted meanwhile is muted at once', async () => {
    await media.attach(connection);
    await media.set('microphone', true);
    await media.set('camera', true);
    blurs.waiting = [];
    log.length = 0;
    const asked = media.setBlur(true);
    await until(() => blurs.waiting?.length === 1);
    expect([media.blur, media.isOn('camera'), media.track('camera')]).to.deep.equal(['loading', false, undefined]);
    expect(open().map(({ kind }) => kind)).to.deep.equal(['audio']);
    expect(log).to.deep.equal(['mute camera']);
    await media.set('microphone', false);
    blurs.waiting[0]?.go();
    await asked;
    expect(log).to.deep.equal(['mute camera', 'mute microphone', 'replace blurred', 'unmute camera']);
    expect([media.blur, media.isOn('camera')]).to.deep.equal(['on', true]);
  });

  it('shows the camera as it is when blur is turned off, without opening it anew', async () => {
    await media.attach(connection);
    await media.setBlur(true);
    await media.set('camera', true);
    await media.setBlur(false);
    expect(log).to.deep.equal(['publish blurred', 'replace one']);
    expect([media.blur, blurs.made[0]?.ended, devices.opened.length]).to.deep.equal(['off', true, 1]);
  });

  it('goes on without it when it is turned off while it loads', async () => {
    blurs.waiting = [];
    await media.attach(connection);
    await media.set('camera', true);
    const asked = media.setBlur(true);
    await until(() => blurs.waiting?.length === 1);
    await media.setBlur(false);
    await asked;
    expect([media.blur, media.isOn('camera'), blurs.aborted]).to.deep.equal(['off', true, 1]);
    expect(log).to.deep.equal(['publish one', 'mute camera', 'replace one', 'unmute camera']);
  });

  it('ends in what was asked last, however fast the clicks', async () => {
    await media.attach(connection);
    await media.set('camera', true);
    await Promise.all([true, false, true].map((on) => media.setBlur(on)));
    expect([media.blur, (media.track('camera') as unknown as FakeTrack).device]).to.deep.equal(['on', 'blurred']);
    // Never the camera itself between the two.
    await Promise.all([media.setBlur(false), media.setBlur(true)]);
    expect(log.slice(1)).to.not.include('replace one');
    await Promise.all([media.set('camera', false), media.set('camera', true), media.set('camera', false)]);
    expect([media.isOn('camera'), open().length, blurs.made.every(({ ended }) => ended)]).to.deep.equal([
      false,
      0,
      true,
    ]);
  });

  it('stays off when the camera is turned off while it loads', async () => {
    blurs.waiting = [];
    await media.setBlur(true);
    const asked = media.set('camera', true);
    await until(() => blurs.waiting?.length === 1);
    await media.set('camera', false);
    await asked;
    expect([media.isOn('camera'), blurs.aborted, devices.opened.length]).to.deep.equal([false, 1, 0]);
    expect(media.blur, 'the next camera is blurred').to.equal('on');
  });

  it('lets go of everything when all is released while it loads', async () => {
    blurs.waiting = [];
    await media.setBlur(true);
    const asked = media.set('camera', true);
    await until(() => blurs.waiting?.length === 1);
    await media.stop();
    blurs.waiting[0]?.go();
    await asked;
    expect([blurs.aborted, blurs.made.length, devices.opened.length]).to.deep.equal([1, 0, 0]);
    expect([media.isOn('camera'), media.blur]).to.deep.equal([false, 'on']);
    // And later: the worker goes with the camera.
    blurs.waiting = undefined;
    await media.set('camera', true);
    await media.stop();
    expect([blurs.made[0]?.ended, open().length]).to.deep.equal([true, 0]);
  });

  it('is off with its camera when it can’t be loaded, and the camera goes on without it when that is asked for', async () => {
    await media.attach(connection);
    await media.set('camera', true);
    blurs.waiting = [];
    const asked = media.setBlur(true);
    await until(() => blurs.waiting?.length === 1);
    blurs.waiting[0]?.fail();
    expect(await code(asked)).to.equal('media-blur-failed');
    expect([media.blur, media.isOn('camera'), open().length]).to.deep.equal(['off', false, 0]);
    expect([log, media.blurFailed]).to.deep.equal([['publish one', 'mute camera'], true]);
    await media.set('camera', true);
    expect([log.slice(2), media.blurFailed]).to.deep.equal([['replace one', 'unmute camera'], false]);
  });

  for (const why of ['media-blur-slow', 'media-blur-failed'] as const)
    it(`turns itself and the camera off, and says so, when it fails later (${why})`, async () => {
      await media.attach(connection);
      await media.setBlur(true);
      await media.set('camera', true);
      blurs.failed[0]?.(new SecureMeetingError(why));
      await until(() => failed.length > 0);
      expect(failed).to.deep.equal([why]);
      expect([media.blur, media.isOn('camera'), open().length]).to.deep.equal(['off', false, 0]);
      expect([log, blurs.made[0]?.ended]).to.deep.equal([['publish blurred', 'mute camera'], true]);
      expect(media.blurFailed, 'a rejoin does not turn the camera on').to.equal(true);
    });

  it('goes on in the same picture with another device, and with small video', async () => {
    await media.attach(connection);
    await media.setBlur(true);
    await media.set('camera', true);
    await media.select('videoinput', 'two');
    await media.setSaver(true);
    expect(log).to.deep.equal(['publish blurred']);
    const [blur] = blurs.made;
    expect(blur?.taken.map(({ device }) => device)).to.deep.equal(['one', 'two', 'two']);
    expect([open().length, blurs.made.length, blur?.ended]).to.deep.equal([1, 1, false]);
    devices.plugged = ['one'];
    devices.opened.at(-1)?.unplug();
    await media.set('microphone', false);
    expect(blur?.taken.at(-1)?.device, 'the other one, when it is unplugged').to.equal('one');
    expect(log).to.include('replace blurred');
  });

  it('is off with its camera when it fails at another device', async () => {
    await media.attach(connection);
    await media.setBlur(true);
    await media.set('camera', true);
    (blurs.made[0] as FakeBlur).fails = 'media-blur-failed';
    expect(await code(media.select('videoinput', 'two'))).to.equal('media-blur-failed');
    expect([media.blur, media.isOn('camera'), open().length]).to.deep.equal(['off', false, 0]);
    expect(blurs.made[0]?.ended).to.equal(true);
  });

  it('stays off when a host turned the camera off while it loads', async () => {
    blurs.waiting = [];
    await media.attach(connection);
    await media.setBlur(true);
    const asked = media.set('camera', true);
    await until(() => blurs.waiting?.length === 1);
    media.endedElsewhere('camera');
    await asked;
    expect([media.isOn('camera'), devices.opened.length]).to.deep.equal([false, 0]);
  });

  it('is remembered, and from then on no camera is seen without it', async () => {
    if (typeof localStorage === 'undefined') return;
    await media.setBlur(true);
    expect(readChoices().blur).to.equal(true);
    media = make();
    expect(media.blur).to.equal('on');
    await media.set('camera', true);
    expect((media.track('camera') as unknown as FakeTrack).device).to.equal('blurred');
  });

  it('is not there where the browser can’t', async () => {
    devices.blur = undefined;
    media = make();
    expect(media.blur).to.equal(undefined);
    expect(await code(media.setBlur(true))).to.equal('browser-unsupported');
    raw.length = 0;
  });

  describe('with a picture behind the person', () => {
    /** Decoding, as far as a test of what is done with it needs: files are `width`x`height`, or can't be read. */
    const decoding = globalThis.createImageBitmap as unknown;
    const closed: string[] = [];
    const decode = async (
      from: Blob | { width: number; height: number },
      to?: ImageBitmapOptions,
    ): Promise<unknown> => {
      const [width = 0, height = 0] =
        from instanceof Blob ? (await from.text()).split('x').map(Number) : [from.width, from.height];
      if (!(width > 0)) throw new DOMException('no picture', 'InvalidStateError');
      const size = to ? { width: to.resizeWidth, height: to.resizeHeight } : { width, height };
      return { ...size, close: () => void closed.push(`${size.width}x${size.height}`) };
    };
    beforeEach(() => {
      closed.length = 0;
      Object.assign(globalThis, { createImageBitmap: decode });
    });
    afterEach(() => Object.assign(globalThis, { createImageBitmap: decoding }));
    const shown = (): string[] =>
      blurs.made.flatMap(({ pictures }) => pictures.map((one) => (one ? `${one.width}x${one.height}` : 'none')));

    it('shows it from the first frame on, at most 1,920 pixels wide, and lets it go when told', async () => {
      await media.setBackground(new Blob(['6000x4000']));
      expect([media.hasBackground, media.blur]).to.deep.equal([true, 'off']);
      await media.setBlur(true);
      await media.set('camera', true);
      expect(shown()).to.deep.equal(['1920x1280']);
      await media.setBackground(new Blob(['800x600']));
      await media.setBackground(null);
      expect(shown()).to.deep.equal(['1920x1280', '800x600', 'none']);
      expect(media.hasBackground).to.equal(false);
      expect(closed, 'nothing of them is kept').to.deep.equal(['6000x4000', '1920x1280', '800x600']);
    });

    it('changes nothing when the file is no picture, too large, or not chosen any more', async () => {
      await media.setBlur(true);
      await media.set('camera', true);
      await media.setBackground(new Blob(['800x600']));
      expect(await code(media.setBackground(new Blob(['malware'])))).to.equal('media-picture-unreadable');
      expect(await code(media.setBackground(new Blob(['9x9'.padEnd(20_000_001)])))).to.equal(
        'media-picture-unreadable',
      );
      expect([media.hasBackground, media.blur, shown()]).to.deep.equal([true, 'on', ['800x600']]);
      await Promise.all([media.setBackground(new Blob(['100x100'])), media.setBackground(new Blob(['200x200']))]);
      expect(shown()).to.deep.equal(['800x600', '200x200']);
      devices.blur = undefined;
      expect(await code(make().setBackground(new Blob(['800x600'])))).to.equal('browser-unsupported');
    });
  });
});
