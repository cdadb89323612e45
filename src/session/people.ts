import type { RosterMember } from '../keys/index.js';
import type { Judge } from './judge.js';
import type { Presence, Source } from './ports.js';
import type { Participant, Role } from './types.js';

/** What is known of one participant besides encryption: the SFU's rumours, and what was signed. */
interface Person {
  presence: Presence | undefined;
  member: RosterMember | undefined;
  signedName: string | undefined;
  hand: number;
  quality: Participant['quality'];
  readonly on: Set<Source>;
  readonly since: number;
}

/**
 * Who is in the meeting. The SFU says who is connected; the provider's roster says who they are. A name or role is
 * taken from the roster and from signed messages alone, except in a meeting without E2EE, where there is nothing else.
 */
export class People {
  readonly #people = new Map<string, Person>();
  readonly #clear: boolean;
  #speakers: readonly string[] = [];

  constructor(clear: boolean) {
    this.#clear = clear;
  }

  get speakers(): readonly string[] {
    return this.#speakers;
  }

  identities(): string[] {
    return [...this.#people].filter(([, person]) => person.presence).map(([identity]) => identity);
  }

  /** Whether the SFU or the provider told of them. */
  knows(identity: string): boolean {
    return this.#people.has(identity);
  }

  /** Members whom the provider knows to be here and the SFU does not mention. */
  hidden(): string[] {
    return [...this.#people].filter(([, { presence, member }]) => !presence && member?.present).map(([name]) => name);
  }

  present(presence: Presence, now: number): void {
    const person = this.#of(presence.identity, now);
    person.presence = presence;
  }

  absent(identity: string): void {
    const person = this.#people.get(identity);
    if (!person) return;
    person.presence = undefined;
    person.on.clear();
    if (!person.member) this.#people.delete(identity);
  }

  roster(members: readonly RosterMember[], now: number): void {
    const listed = new Set(members.map(({ sender }) => sender.identity));
    for (const member of members) {
      const person = this.#of(member.sender.identity, now);
      if (person.member && !sameBytes(person.member.ik, member.ik)) {
        // Another key under a known identity is another person: nothing the first one said is theirs.
        person.signedName = undefined;
        person.hand = 0;
      }
      person.member = member;
    }
    for (const [identity, person] of this.#people) {
      if (listed.has(identity)) continue;
      person.member = undefined;
      if (!person.presence) this.#people.delete(identity);
    }
  }

  publication(identity: string, source: Source, on: boolean): void {
    const person = this.#people.get(identity);
    if (on) person?.on.add(source);
    else person?.on.delete(source);
  }

  named(identity: string, name: string): void {
    const person = this.#people.get(identity);
    if (person) person.signedName = name;
  }

  hand(identity: string, at: number): void {
    const person = this.#people.get(identity);
    // Said again, it keeps its place in the order.
    if (person && !(at && person.hand)) person.hand = at;
  }

  quality(identity: string, quality: Participant['quality']): void {
    const person = this.#people.get(identity);
    if (person) person.quality = quality;
  }

  speaking(speakers: readonly string[]): void {
    this.#speakers = speakers;
  }

  member(identity: string): RosterMember | undefined {
    return this.#people.get(identity)?.member;
  }

  name(identity: string): string {
    const person = this.#people.get(identity);
    if (!person) return '';
    return person.signedName ?? person.member?.name ?? (this.#clear ? (person.presence?.name ?? '') : '');
  }

  clear(): void {
    this.#people.clear();
    this.#speakers = [];
  }

  /** The others who are connected, in order of joining. */
  list(judge: Judge): Participant[] {
    return [...this.#people]
      .filter(([, person]) => person.presence)
      .map(([identity, person]) => this.#participant(identity, person, judge))
      .sort((a, b) => a.joinedAt - b.joinedAt || (a.identity < b.identity ? -1 : 1));
  }

  #participant(identity: string, person: Person, judge: Judge): Participant {
    return {
      identity,
      name: this.name(identity),
      role: person.member?.role ?? 'none',
      local: false,
      microphone: person.on.has('microphone'),
      camera: person.on.has('camera'),
      screen: person.on.has('screen'),
      hand: person.hand,
      speaking: this.#speakers.includes(identity),
      quality: person.quality,
      encryption: judge.verdict(identity)?.state ?? (this.#clear ? 'off' : 'waiting'),
      joinedAt: person.presence?.joinedAt ?? person.since,
      hue: hueOf(person.member?.ik),
    };
  }

  #of(identity: string, now: number): Person {
    let person = this.#people.get(identity);
    if (!person) {
      person = {
        presence: undefined,
        member: undefined,
        signedName: undefined,
        hand: 0,
        quality: 'unknown',
        on: new Set(),
        since: now,
      };
      this.#people.set(identity, person);
    }
    return person;
  }
}

/** One of 12 hues of a signing key; 0 without one. */
export function hueOf(ik: Uint8Array | undefined): number {
  return ik ? (((ik[0] ?? 0) << 8) | (ik[1] ?? 0)) % 12 : 0;
}

/** Ourselves before and in a meeting. */
export function selfParticipant(self: {
  readonly identity: string;
  readonly name: string;
  readonly role: Role;
  readonly joinedAt: number;
  readonly ik: Uint8Array | undefined;
  readonly hand: number;
  readonly speaking: boolean;
  readonly quality: Participant['quality'];
  readonly encryption: Participant['encryption'];
  readonly on: (source: Source) => boolean;
}): Participant {
  return {
    identity: self.identity,
    name: self.name,
    role: self.role,
    local: true,
    microphone: self.on('microphone'),
    camera: self.on('camera'),
    screen: self.on('screen'),
    hand: self.hand,
    speaking: self.speaking,
    quality: self.quality,
    encryption: self.encryption,
    joinedAt: self.joinedAt,
    hue: hueOf(self.ik),
  };
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
