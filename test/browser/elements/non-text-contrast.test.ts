import { all, show } from '../../../examples/screens/screen.js';
import { above, pressable } from '../../support/keyboard.js';
import { expect, trees } from '../../support/elements.js';

/** Colours as they are drawn: red, green, blue of 0 to 255, and alpha of 0 to 1. */
type Colour = readonly [number, number, number, number];

const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d', { willReadFrequently: true })!;
function drawn(colour: string): Colour {
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}
const over = ([r, g, b, alpha]: Colour, [r2, g2, b2]: Colour): Colour => {
  const mix = (top: number, below: number): number => top * alpha + below * (1 - alpha);
  return [mix(r, r2), mix(g, g2), mix(b, b2), 1];
};

/** What is behind an element; undefined where a picture or a gradient is. */
function behind(each: Element | null): Colour | undefined {
  if (!each) return [255, 255, 255, 1];
  const { backgroundColor, backgroundImage } = getComputedStyle(each);
  if (each.localName === 'video' || backgroundImage !== 'none') return undefined;
  const own = drawn(backgroundColor);
  if (own[3] === 1) return own;
  const below = behind(above(each));
  return below && over(own, below);
}
const luminance = ([r, g, b]: Colour): number => {
  const linear = (value: number): number =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
};
/** WCAG 2.2, "contrast ratio". */
function contrast(one: Colour, other: Colour): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const SCREENS = ['prejoin', 'meeting', 'people', 'chat', 'settings', 'privacy', 'passcode', 'phone-number'];
describe('1.4.11: what has to be seen to know a control', () => {
  let box: HTMLElement;
  beforeEach(() => {
    box = document.body.appendChild(document.createElement('main'));
  });
  afterEach(() => box.remove());

  for (const name of SCREENS)
    for (const theme of ['light', 'dark'] as const)
      it(`stands out at least 3 : 1 on ${name}, ${theme}`, async () => {
        const found = all.find((each) => each.name === name);
        if (!found) throw new Error(`no screen ${name}`);
        const [width = 900, height = 600] = found.size;
        const { element } = await show(found, box, { theme, lang: 'en', size: [width, height] });
        document.getAnimations().forEach((animation) => {
          if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
        });
        const faint: string[] = [];
        let judged = 0;
        const judge = (what: string, colour: Colour, around: Colour | undefined): void => {
          if (!around) return;
          judged++;
          const ratio = contrast(over(colour, around), around);
          if (ratio < 3) faint.push(`${what}: ${ratio.toFixed(2)}`);
        };
        for (const each of pressable(element)) {
          if (each.matches(':disabled, [aria-disabled=true]')) continue;
          const label = (each.getAttribute('aria-label') ?? each.textContent ?? '').trim().slice(0, 40);
          for (const shape of trees(each).flatMap((tree) => [...tree.querySelectorAll('svg *')])) {
            const { stroke, fill, display } = getComputedStyle(shape);
            if (display === 'none' || !shape.checkVisibility()) continue;
            const colour = stroke === 'none' ? fill : stroke;
            if (colour === 'none' || drawn(colour)[3] === 0) continue;
            judge(`icon of ${label}`, drawn(colour), behind(above(shape.closest('svg')!)));
          }
          if (each.matches('input:not([type=file], [type=hidden], [type=range]), textarea, select')) {
            const { borderTopColor, borderTopWidth } = getComputedStyle(each);
            const around = behind(above(each));
            const own = behind(each);
            const edge = parseFloat(borderTopWidth) > 0 ? drawn(borderTopColor) : own;
            if (edge) judge(`edge of ${each.localName} ${each.getAttribute('name') ?? label}`, edge, around);
          }
          if (each.matches('[role=switch]')) {
            const track = getComputedStyle(each, '::before');
            const filled = drawn(track.backgroundColor);
            const line = /^\w+\([^)]*\)/.exec(track.boxShadow)?.[0] ?? 'transparent';
            const state = `switch ${each.getAttribute('aria-checked')}`;
            judge(state, filled[3] ? filled : drawn(line), behind(each));
            const knob = drawn(getComputedStyle(each, '::after').backgroundColor);
            judge(`knob of ${state}`, knob, filled[3] ? filled : behind(each));
          }
        }
        expect(judged).to.be.greaterThan(0);
        expect(faint).to.deep.equal([]);
      });
});
