/** Tells the worker what the server says about each stream, again and again: it may change its mind. */
import type { Room } from 'livekit-client';
import { Binder as Honest } from '../../../src/livekit/binder.js';
import { fromLiveKit } from '../../../src/livekit/sources.js';

export class Binder extends Honest {
  override setup(room: Room): void {
    super.setup(room);
    const worker = new BroadcastChannel('what the server says');
    setInterval(() => {
      for (const { identity, trackPublications } of room.remoteParticipants.values())
        for (const { source, isEncrypted, mimeType } of trackPublications.values())
          worker.postMessage({ of: `${identity} ${fromLiveKit(source)}`, isEncrypted, mimeType });
    }, 100);
  }
}
