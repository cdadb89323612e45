import type { ChildPart } from 'lit';
import { directive, type Directive, type PartInfo } from 'lit/directive.js';
import { getCommittedValue, getDirectiveClass } from 'lit/directive-helpers.js';
import { repeat as litRepeat } from 'lit/directives/repeat.js';

interface RepeatDirective extends Directive {
  render(...args: unknown[]): unknown;
  update(part: ChildPart, args: unknown[]): unknown;
}
/** The class behind it, which Lit gives nobody by name. */
const Repeat = /* @__PURE__ */ getDirectiveClass(/* @__PURE__ */ litRepeat([], () => undefined)) as unknown as new (
  info: PartInfo,
) => RepeatDirective;

/** The parts of the list as it stands; none before it was ever drawn. */
const partsOf = (part: ChildPart): readonly ChildPart[] => {
  const parts: unknown = getCommittedValue(part);
  return Array.isArray(parts) ? (parts as readonly ChildPart[]) : [];
};

/**
 * Lit's `repeat`, and nothing left of who is gone: since 3.3.0 Lit removes an item's first marker and leaves its last one
 * (lit/lit#5298), so that a list in which people come and go would grow by a comment with each of them.
 */
class Tidy extends Repeat {
  override update(part: ChildPart, args: unknown[]): unknown {
    // A copy: Lit empties its own while it works.
    const before = [...partsOf(part)];
    const result = super.update(part, args);
    const here = new Set(partsOf(part));
    for (const each of before) if (!here.has(each)) (each.endNode as ChildNode | null)?.remove();
    return result;
  }
}

/** As `lit/directives/repeat.js`. */
export const repeat = directive(Tidy) as unknown as typeof litRepeat;
