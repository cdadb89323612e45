import type { MeetingSession } from '../session/types.js';

/** Something a part asks of the session. It never leaves our own shadow root; whoever owns the session runs it. */
export class ActEvent extends Event {
  readonly run: (session: MeetingSession) => unknown;

  constructor(run: (session: MeetingSession) => unknown) {
    super('secure-meeting-act', { bubbles: true, composed: true });
    this.run = run;
  }
}
