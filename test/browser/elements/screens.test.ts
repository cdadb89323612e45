import { expect } from 'chai';
import 'axe-core/axe.min.js';
import { all, show, type Screen } from '../../../examples/screens/screen.js';
import { trees } from '../../support/elements.js';

type Axe = {
  run(
    context: Element,
    options: object,
  ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
};
const axe = (window as unknown as { axe: Axe }).axe;

async function faults(element: Element): Promise<string[]> {
  // A colour on its way to another one has no contrast of its own. A document knows only the motions of its own tree.
  for (const tree of trees(document))
    for (const motion of tree.getAnimations()) if (motion.effect?.getTiming().iterations !== Infinity) motion.finish();
  const { violations } = await axe.run(element, {
    // A screen is a piece of a page: what belongs to whole pages is the page's.
    rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
  );
}

describe('every screen, seen by axe', function () {
  this.timeout(120_000);
  let box: HTMLElement;
  beforeEach(() => {
    box = document.body.appendChild(document.createElement('main'));
    document.documentElement.lang = 'en';
  });
  afterEach(() => {
    box.remove();
    document.documentElement.removeAttribute('dir');
  });

  const cases: { title: string; theme: string; dir: string; lang: string; width?: number }[] = [
    { title: 'light', theme: 'light', dir: 'ltr', lang: 'en' },
    { title: 'dark, right to left, German', theme: 'dark', dir: 'rtl', lang: 'de' },
    { title: 'light, 320 px', theme: 'light', dir: 'ltr', lang: 'en', width: 320 },
    { title: 'dark, 1280 px', theme: 'dark', dir: 'ltr', lang: 'en', width: 1280 },
  ];
  for (const { title, theme, dir, lang, width } of cases) {
    for (const screen of all) {
      it(`finds nothing in ${screen.name}, ${title}`, async () => {
        document.documentElement.dir = dir;
        document.body.style.background = theme === 'dark' ? '#06070b' : '#fff';
        const [w, h] = sizeOf(screen, width);
        const { element } = await show(screen, box, { theme, lang, size: [w, h] });
        expect(await faults(element)).to.deep.equal([]);
      });
    }
  }
});

function sizeOf(screen: Screen, width: number | undefined): [number, number] {
  const [w = 860, h = 560] = screen.size;
  if (width === undefined) return [w, h];
  return [width, width < 400 ? 480 : 800];
}
