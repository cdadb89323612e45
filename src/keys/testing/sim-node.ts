import type { KeyProvider, KeyProviderEvents, MeetingIdentityKey, RosterMember } from '../key-provider.js';
import { RosterSeen } from './roster-seen.js';
import type { Installed, SimSink } from './sim-sink.js';

export interface SimNodeOptions {
  readonly name?: string;
  /** Stays the same through reloads of the same person; a new one by default. */
  readonly ik?: MeetingIdentityKey;
  readonly speed?: number;
  readonly ahead?: number;
  readonly wall?: number;
}

/** A fact with its type. */
export type Noted = {
  [K in keyof KeyProviderEvents]: { readonly type: K; readonly detail: KeyProviderEvents[K] };
}[keyof KeyProviderEvents];

/** One participant: a provider with a simulated world around it. */
export class SimNode {
  readonly identity: string;
  readonly provider: KeyProvider;
  readonly sink: SimSink;
  readonly events: { readonly type: keyof KeyProviderEvents; readonly detail: unknown; readonly at: number }[] = [];
  readonly ik: MeetingIdentityKey;
  alive = true;
  connected = true;
  roster: readonly RosterMember[] = [];
  leader: string | undefined;
  state = 'waiting';
  ended: string | undefined;
  verified = false;
  code: KeyProviderEvents['securityCode']['code'] | undefined;
  knocks: KeyProviderEvents['knocks'] = [];
  readonly alarms: string[] = [];
  /** Keys installed since the last check. */
  readonly fresh: Installed[] = [];
  /** Every key this participant ever had: what a recorder with its state could open. */
  readonly everHad = new Set<string>();
  readonly #starts = new Set<number>();
  /** The rosters it reported in this join, by epoch. */
  readonly rosters = new Map<number, RosterSeen>();
  newestEpoch = -1;

  constructor(identity: string, provider: KeyProvider, sink: SimSink, ik: MeetingIdentityKey) {
    this.identity = identity;
    this.provider = provider;
    this.sink = sink;
    this.ik = ik;
  }

  /** It was given this key. */
  had({ media, message }: Installed): void {
    for (const key of [media, message]) {
      this.everHad.add(key);
      this.#starts.add(parseInt(key.slice(0, 8), 16));
    }
  }

  /** False for bytes that are certainly none of its keys; quick. */
  maybeHad(bytes: Uint8Array): boolean {
    return this.#starts.has(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
  }

  /** Details of every event of a type so far, oldest first. */
  all<K extends keyof KeyProviderEvents>(type: K): KeyProviderEvents[K][] {
    return this.events.filter((event) => event.type === type).map((event) => event.detail as KeyProviderEvents[K]);
  }

  /** What its provider reported. */
  note(event: Noted): void {
    switch (event.type) {
      case 'roster': {
        this.roster = event.detail.members;
        this.leader = event.detail.leader?.identity;
        this.rosters.set(event.detail.epoch, new RosterSeen(event.detail.members));
        return;
      }
      case 'state':
        this.state = event.detail.state;
        return;
      case 'ended':
        this.ended = event.detail.reason;
        return;
      case 'securityCode':
        this.code = event.detail.code;
        this.verified = event.detail.verified;
        return;
      case 'verified':
        this.verified = event.detail.verified;
        return;
      case 'alarm':
        this.alarms.push(event.detail.code);
        return;
      case 'knocks':
        this.knocks = event.detail;
        return;
    }
  }
}
