import type { SessionState } from '../../session/types.js';
import { arc, at, disc, emptyArcs, firstShape, FULL, RADIUS, ring, SINGLE, THIN, type Stroke } from './shape-first.js';

/** What the seal can show. `waiting` of a meeting is `alone` or `keyless`. */
export const SEALS = [
  'off',
  'connecting',
  'alone',
  'keyless',
  'encrypted',
  'verified',
  'degraded',
  'violated',
] as const;
export type Seal = (typeof SEALS)[number];

/** Notches between filled arcs, along the ring: narrow, so that it looks closed at a glance. */
const NOTCH = 1.15;
/** Over this many neighbours fuse, so that only a real gap shows. */
const FUSE = 8;
/** One arc per member, clockwise from the top in order of joining; a gap with a dot where somebody isn't proved. */
function arcs(proved: readonly boolean[]): Stroke[] {
  const count = proved.length;
  const filled = proved.filter(Boolean).length;
  if (filled === count && (count <= 1 || count > FUSE)) return [ring(FULL)];
  if (count > SINGLE)
    return [
      { d: disc(RADIUS), width: 1, part: 'faint' },
      { d: arc(RADIUS, 0, (360 * filled) / count), width: FULL },
    ];
  const half = count > FUSE ? 0 : ((NOTCH / RADIUS) * 90) / Math.PI;
  return proved.flatMap((ok, index): Stroke[] => {
    const from = (index * 360) / count + half;
    const to = ((index + 1) * 360) / count - half;
    if (ok) return [{ d: arc(RADIUS, from, to), width: FULL }];
    if (count > FUSE) return [];
    const [x, y] = at(RADIUS, (from + to) / 2)
      .split(' ')
      .map(Number) as [number, number];
    return [{ d: disc(1.5, x, y), part: 'plate' }];
  });
}

/** The strokes of a seal. `proved` has one entry per member, ourselves included, in order of joining. */
export function sealShape(seal: Seal, proved: readonly boolean[] = []): Stroke[] {
  switch (seal) {
    case 'off':
    case 'connecting':
      return firstShape(seal);
    case 'alone':
      return [ring(THIN)];
    case 'keyless':
      return emptyArcs(proved.length);
    case 'encrypted':
      return [...arcs(proved.map(() => true)), { d: disc(2.5), part: 'plate' }];
    case 'verified':
      return [
        { d: disc(9), width: THIN },
        { d: disc(6.75), part: 'plate' },
        { d: 'm7 10.2 2.1 2.1 4-4.3', width: 1.75, round: true, part: 'sign' },
      ];
    case 'degraded':
      return arcs(proved);
    case 'violated':
      return [
        { d: 'M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z', part: 'plate' },
        { d: 'M10 5.6v5.2', width: 2.25, round: true, part: 'sign' },
        { d: 'M10 14.4h.01', width: FULL, round: true, part: 'sign' },
      ];
  }
}

/** Which seal a state shows; undefined where there is nothing to say (no meeting). */
export function sealOf(state: SessionState): Seal | undefined {
  const { encryption, others } = state;
  if (encryption.state === 'idle') return undefined;
  if (encryption.state !== 'waiting') return encryption.state;
  return others.length === 0 ? 'alone' : 'keyless';
}

/** Members with an arc, in order of joining. A stranger is no member. */
export function members(state: SessionState): SessionState['others'] {
  return [state.self, ...state.others]
    .filter((person) => person.encryption !== 'stranger')
    .sort((a, b) => a.joinedAt - b.joinedAt);
}

/** Whether each member's arc is filled. Our own is, as soon as we hold a key to send with. */
export function provedMembers(state: SessionState): boolean[] {
  return members(state).map((person) =>
    person.local
      ? state.encryption.epoch !== null
      : person.encryption === 'encrypted' || person.encryption === 'verified',
  );
}
