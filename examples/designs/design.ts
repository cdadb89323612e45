/**
 * Gives every meeting of the page made-up people, so that a design can be seen without a server or a camera. A page of
 * yours loads `secure-meeting.js` instead, and names its `token-endpoint`; all else in these pages is the public surface.
 */
import { define } from '../../src/define/index.js';
import { FakeSession, person, someDevices } from '../../test/support/fake-session.js';
import { paint } from '../screens/pictures.js';

define();

/** Resolves when every meeting of the page shows its first screen. */
async function dress(): Promise<void> {
  const meetings = [...document.querySelectorAll('secure-meeting')];
  for (const meeting of meetings) {
    const session = new FakeSession({
      self: { camera: true, microphone: true },
      devices: someDevices,
      ...(meeting.dataset['screen'] === 'prejoin' ? {} : inMeeting),
    });
    session.paint = paint;
    meeting.session = session;
  }
  await Promise.all(meetings.map((meeting) => meeting.updateComplete));
}

const inMeeting = {
  phase: 'joined',
  connection: 'connected',
  encryption: { state: 'encrypted', epoch: 1 },
  others: [
    person('ana', 'Ana Ferreira', { role: 'host', speaking: true, hue: 6 }),
    person('ben', 'Ben Okafor', { microphone: false, hue: 2, joinedAt: 2000 }),
    person('mira', 'Mira Castellanos-Brandstetter', { hue: 10, joinedAt: 3000 }),
  ],
} as const;

declare global {
  interface Window {
    /** For tests and pictures. */
    ready?: Promise<unknown>;
  }
}
window.ready = dress();
