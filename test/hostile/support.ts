import type { World } from '../e2e/support/world.js';
import type { PageHandle } from '../e2e/support/page-handle.js';
import { until } from '../e2e/support/until.js';

/** The SFU's id of a participant: new in each join. */
export function sidOf(world: World, room: string, identity: string): Promise<string> {
  return until(`${identity} is in ${room}`, async () => {
    const participants = await world.rooms.listParticipants(room);
    return participants.find((participant) => participant.identity === identity)?.sid;
  });
}

/** Video frames that the browser has decoded from this participant (by the SFU's id), over all of its tracks. */
export async function decodedFrom(page: PageHandle<object>, participant: string): Promise<number> {
  const tracks = await page.rtc('inboundVideo');
  return sum(tracks.filter((track) => track.participant === participant).map((track) => track.framesDecoded));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Video frames of one track (by the SFU's id) that got past the transform, whether or not they could be decoded. */
export async function reachedDecoder(page: PageHandle<object>, track: string): Promise<number> {
  const tracks = await page.rtc('inboundVideo');
  return sum(tracks.filter((each) => each.track === track).map((each) => each.framesReceived));
}

/** Sound of one track that was decoded, in samples. */
export async function heard(page: PageHandle<object>, track: string): Promise<number> {
  const tracks = await page.rtc('inboundAudio');
  return sum(tracks.filter((each) => each.track === track).map((each) => each.samplesDecoded));
}
