/** What the host site tells the backend: who asks, and what they may. Everything here has a default but these two hooks. */

/** Somebody the host site knows. Nothing of it reaches LiveKit or other participants. */
export interface User {
  /** The site's own name for the user, 1–256 characters; the same in every request. */
  readonly id: string;
  /** Whether the site itself knows enough about the user (a paid account, an identity check): no phone is asked for. */
  readonly verified?: boolean;
}

/** Who the request is from; null for a guest. May throw: the answer is then `internal`, nobody gets in. */
export type Authenticate = (request: Request) => User | null | Promise<User | null>;

export interface PolicyQuestion {
  /** Null: a guest. */
  readonly user: User | null;
  /** 1–128 characters, no control characters. */
  readonly room: string;
}

/** What somebody may in one room. */
export interface RoomPolicy {
  /** False: `not-admitted`, whatever else is said. */
  readonly admit: boolean;
  /** `host`: may lock, remove, and end; by certificate, so that neither SFU nor other participants can make it up. */
  readonly role?: 'host' | 'member';
  /** What a member has to know, 4–128 characters. Hosts are not asked. */
  readonly passcode?: string;
  /** Whether this person must verify a phone number once. Default: users who aren't `verified`, in E2EE meetings. */
  readonly verification?: boolean;
  /** The most members, 2–1,000. Counts for the whole meeting as the first token finds it. */
  readonly limit?: number;
  /** Seconds the meeting may last, 60–604,800; as the first token finds it. */
  readonly duration?: number;
  /**
   * `required` (default): always end-to-end encrypted. `off`: never. `choice`: as the first host asks for when the
   * meeting starts; members who come first start it encrypted. Once it has started nothing changes it.
   */
  readonly encryption?: 'required' | 'off' | 'choice';
  /** What may be sent besides messages. Default: all. */
  readonly sources?: readonly MediaSource[];
}

export const MEDIA_SOURCES = ['camera', 'microphone', 'screen_share', 'screen_share_audio'] as const;
export type MediaSource = (typeof MEDIA_SOURCES)[number];

/** What `user` may in `room`. May throw: the answer is then `internal`, nobody gets in. */
export type Policy = (question: PolicyQuestion) => RoomPolicy | Promise<RoomPolicy>;
