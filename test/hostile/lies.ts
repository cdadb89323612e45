/** What a lying SFU says, as rewriting rules for the signalling proxy in front of one victim. */
import type { Room, TrackInfo } from '@livekit/protocol';
import {
  Encryption_Type,
  ParticipantInfo_State,
  SignalResponse,
  TrackSource,
  type ParticipantInfo,
} from '@livekit/protocol';
import { descriptionIn, participantsIn, type SignalProxy } from '../e2e/support/signal-proxy.js';

/** Changes each track the victim is told about. */
export function aboutTracks(proxy: SignalProxy, change: (track: TrackInfo, owner: ParticipantInfo) => void): void {
  proxy.toClient.push((message) => {
    for (const participant of participantsIn(message))
      for (const track of participant.tracks) change(track, participant);
    return [message];
  });
}

/** "Nothing here is encrypted", about everybody. */
export function claimPlaintext(proxy: SignalProxy): void {
  aboutTracks(proxy, (track) => {
    track.encryption = Encryption_Type.NONE;
  });
}

export interface Relabelling {
  /** Identities: whose tracks, and as whose they are shown. */
  readonly from: string;
  readonly to: string;
  /** What a relabelled track is said to be; as it was, if left out. */
  readonly source?: TrackSource;
}

/**
 * "This track is hers": tracks of one participant are shown as another's, in what is said about participants and in the
 * session descriptions. What the one sends then arrives where the other's frames belong, under keys that are in force.
 */
export function relabelOwner(proxy: SignalProxy, { from, to, source }: Relabelling): void {
  const known = new Map<string, ParticipantInfo>();
  const stolen = new Map<string, TrackInfo>();
  proxy.toClient.push((message) => {
    const told = participantsIn(message);
    for (const participant of told) {
      if (participant.identity === from) {
        stolen.clear();
        for (const track of participant.tracks.splice(0)) {
          if (source !== undefined) track.source = source;
          stolen.set(track.sid, track);
        }
        known.set(from, participant);
      } else if (participant.identity === to) known.set(to, participant.clone());
    }
    const victim = known.get(to);
    if (victim && told.length > 0) {
      const shown = told.find((participant) => participant.identity === to);
      const tracks = [...victim.tracks, ...stolen.values()];
      if (shown) shown.tracks = tracks;
      else if (message.message.case === 'update') {
        const copy = victim.clone();
        copy.tracks = tracks;
        message.message.value.participants.push(copy);
      }
    }
    const description = descriptionIn(message);
    const thief = known.get(from);
    if (description && thief && victim) description.sdp = description.sdp.replaceAll(`${thief.sid}|`, `${victim.sid}|`);
    return [message];
  });
}

/** The track ids (`cid`) under which the victim announces its own tracks, by source. */
export function watchLocalTracks(proxy: SignalProxy): ReadonlyMap<TrackSource, string> {
  const cids = new Map<TrackSource, string>();
  proxy.toServer.push((request) => {
    if (request.message.case === 'addTrack') cids.set(request.message.value.source, request.message.value.cid);
    return [request];
  });
  return cids;
}

/** "That remote track has the id of your camera": needs two peer connections, where the server names remote tracks. */
export function collideTrackIds(proxy: SignalProxy, cids: ReadonlyMap<TrackSource, string>): void {
  proxy.refuseV1 = true;
  proxy.toClient.push((message) => {
    const local = cids.get(TrackSource.CAMERA);
    const { message: said } = message;
    if (said.case !== 'offer' || local === undefined) return [message];
    said.value.sdp = said.value.sdp.replace(/^m=video[^]*?(?=^m=|(?![^]))/gm, (section) => {
      const [, mid] = /^a=mid:(\S+)/m.exec(section) ?? [];
      const [, track] = /^a=msid:\S+ (TR_\S+)/m.exec(section) ?? [];
      if (mid === undefined || track === undefined) return section;
      said.value.midToTrackId[mid] ??= track;
      return section.replaceAll(track, local);
    });
    return [message];
  });
}

/** "Send AV1, I can't take anything else": in the join response and in each publication. */
export function demandCodec(proxy: SignalProxy, mime: string): void {
  proxy.toClient.push((message) => {
    if (message.message.case === 'join') {
      const codecs = message.message.value.enabledPublishCodecs;
      const audio = codecs.filter((codec) => codec.mime.startsWith('audio/'));
      const wanted = codecs[0]!.clone();
      wanted.mime = mime;
      message.message.value.enabledPublishCodecs = [...audio, wanted];
    }
    return [message];
  });
}

/** "These frames are that codec": about the tracks of others. */
export function renameCodec(proxy: SignalProxy, mime: string): void {
  aboutTracks(proxy, (track) => {
    if (!track.mimeType.startsWith('video/')) return;
    track.mimeType = mime;
    for (const codec of track.codecs) codec.mimeType = mime;
  });
}

/** Repeats the last word about everybody, changed, in the middle of a call. */
export function changeMind(proxy: SignalProxy, change: (participant: ParticipantInfo) => void): () => void {
  const last = new Map<string, ParticipantInfo>();
  proxy.toClient.push((message) => {
    for (const participant of participantsIn(message)) last.set(participant.sid, participant.clone());
    return [message];
  });
  return () => {
    const participants = [...last.values()].map((participant) => participant.clone());
    participants.forEach(change);
    proxy.say(new SignalResponse({ message: { case: 'update', value: { participants } } }));
  };
}

/** "They have left", about these, until told otherwise: they are here all the time. Resolves with how to stop it. */
export function claimGone(proxy: SignalProxy, ...identities: readonly string[]): { begin(): void; end(): void } {
  const last = new Map<string, ParticipantInfo>();
  let lying = false;
  proxy.toClient.push((message) => {
    for (const participant of participantsIn(message)) {
      if (!identities.includes(participant.identity)) continue;
      last.set(participant.identity, participant.clone());
      if (lying) participant.state = ParticipantInfo_State.DISCONNECTED;
    }
    return [message];
  });
  const tell = (state: ParticipantInfo_State | undefined): void => {
    const participants = [...last.values()].map((participant) => participant.clone());
    if (state !== undefined) for (const participant of participants) participant.state = state;
    proxy.say(new SignalResponse({ message: { case: 'update', value: { participants } } }));
  };
  return {
    begin() {
      lying = true;
      tell(ParticipantInfo_State.DISCONNECTED);
    },
    end() {
      lying = false;
      tell(undefined);
    },
  };
}

/** "There is nobody of that name": this participant is never mentioned. */
export function hide(proxy: SignalProxy, identity: string): void {
  proxy.toClient.push((message) => {
    const others = participantsIn(message);
    for (let at = others.length - 1; at >= 0; at--) if (others[at]?.identity === identity) others.splice(at, 1);
    return [message];
  });
}

/** "This is another room of that name": in the join response. Resolves with how to say it again, in the middle of a call. */
export function renameRoom(proxy: SignalProxy): () => void {
  let room: Room | undefined;
  let count = 0;
  const another = (): void => {
    if (room) room.sid = `RM_another${++count}`;
  };
  proxy.toClient.push((message) => {
    if (message.message.case === 'join' && message.message.value.room) {
      room = message.message.value.room;
      another();
    }
    return [message];
  });
  return () => {
    another();
    if (room) proxy.say(new SignalResponse({ message: { case: 'roomUpdate', value: { room } } }));
  };
}
