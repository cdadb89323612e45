import { expect } from 'chai';
import { Session } from '../../../src/session/index.js';
import { FakeClock, settle } from '../../unit/session/fake-clock.js';
import { FakePorts, sender } from '../../unit/session/fake-meeting.js';
import { until } from '../../support/elements.js';

describe('a shared screen of somebody who may not share', () => {
  it('is taken from view and shown to nobody anew; whatever the sender does, until everybody may', async () => {
    const clock = new FakeClock();
    const ports = new FakePorts();
    const options = { room: 'weekly', token: 'a.b.c', serverUrl: 'wss://sfu.example', startMuted: true, clock };
    const session = new Session({ ...options, startCameraOff: true }, ports);
    const video = document.body.appendChild(document.createElement('video'));
    const canvas = document.createElement('canvas');
    canvas.getContext('2d');
    const track = canvas.captureStream().getVideoTracks()[0] as MediaStreamTrack;
    try {
      await session.join();
      const { connection, media, made } = ports;
      connection.present('bob');
      await made.vouch('bob');
      connection.events.emit('publication', { identity: 'bob', source: 'screen', on: true });
      connection.events.emit('stream', { identity: 'bob', source: 'screen', track });
      media.events.emit('proof', { ...sender('bob'), stream: 'screen', epoch: 1 });
      session.attach(video, { identity: 'bob', source: 'screen' });
      const shown = (): MediaStreamTrack | undefined => (video.srcObject as MediaStream | null)?.getVideoTracks()[0];
      await until(() => shown() === track, 'the screen is shown');
      const rules = (shareByHosts: boolean): void =>
        made.context.emit('settings', { locked: false, waitingRoom: false, shareByHosts, chatByHosts: false });
      rules(true);
      await until(() => shown() === undefined, 'it is taken away');
      // It goes on sending, and proves itself: in vain.
      media.events.emit('proof', { ...sender('bob'), stream: 'screen', epoch: 1 });
      const second = document.createElement('video');
      const end = session.attach(second, { identity: 'bob', source: 'screen' });
      for (let i = 0; i < 20; i++) await settle();
      expect([shown(), second.srcObject]).to.deep.equal([undefined, null]);
      end();
      rules(false);
      await until(() => shown() === track, 'it is shown again');
    } finally {
      video.remove();
      track.stop();
      const done = session.dispose();
      await clock.pass(3000, 500);
      await done;
    }
  });
});
