/**
 * One stroke of the mark in a 20 × 20 box. `plate` is filled; `sign` is drawn on a plate; `turn` may rotate; `faint` is
 * what an arc in proportion runs along.
 */
export interface Stroke {
  readonly d: string;
  readonly width?: number;
  readonly round?: boolean;
  readonly part?: 'plate' | 'sign' | 'turn' | 'faint';
}

const CENTRE = 10;
export const RADIUS = 8;
export const FULL = 2.5;
export const THIN = 1.5;
/** Notches between empty arcs, along the ring. */
const NOTCH_EMPTY = 2.4;
/** Over this many there is one arc in proportion. */
export const SINGLE = 12;

export const at = (radius: number, degrees: number): string => {
  const angle = ((degrees - 90) * Math.PI) / 180;
  return `${(CENTRE + radius * Math.cos(angle)).toFixed(2)} ${(CENTRE + radius * Math.sin(angle)).toFixed(2)}`;
};
export const arc = (radius: number, from: number, to: number): string =>
  `M${at(radius, from)}A${radius} ${radius} 0 ${to - from > 180 ? 1 : 0} 1 ${at(radius, to)}`;
export const disc = (radius: number, x = CENTRE, y = CENTRE): string =>
  `M${x} ${y - radius}a${radius} ${radius} 0 1 1 0 ${2 * radius}a${radius} ${radius} 0 1 1 0-${2 * radius}`;
export const ring = (width: number): Stroke => ({ d: disc(RADIUS), width });

/** One empty arc per member: nobody is proved yet. */
export function emptyArcs(count: number): Stroke[] {
  if (count <= 1 || count > SINGLE) return [ring(THIN)];
  const half = ((NOTCH_EMPTY / RADIUS) * 90) / Math.PI;
  return Array.from({ length: count }, (_, index) => ({
    d: arc(RADIUS, (index * 360) / count + half, ((index + 1) * 360) / count - half),
    width: THIN,
  }));
}

/** The seals the first screen can show. */
export function firstShape(seal: 'off' | 'connecting' | 'keyless', count = 5): Stroke[] {
  switch (seal) {
    case 'off':
      return [
        { d: arc(7.5, 62, 208), width: 1.75, round: true },
        { d: arc(7.5, 242, 388), width: 1.75, round: true },
        { d: 'M3.2 16.8 16.8 3.2', width: 1.75, round: true },
      ];
    case 'connecting':
      return [
        {
          d: Array.from({ length: 8 }, (_, index) => `M${at(RADIUS, index * 45)}h.01`).join(''),
          width: FULL,
          round: true,
          part: 'turn',
        },
      ];
    case 'keyless':
      return emptyArcs(count);
  }
}
