import { nothing } from 'lit';
import { Directive, directive, PartType, type ElementPart, type PartInfo } from 'lit/directive.js';

/**
 * Sets custom properties on an element: `<span ${styleProperties({ '--_hue': 3 })}>`. Lit's `styleMap` first writes a
 * `style` attribute, which a page without `style-src 'unsafe-inline'` refuses; the style object is always allowed.
 */
class StyleProperties extends Directive {
  readonly #set: Record<string, string | number> = {};

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new Error('styleProperties stands inside a tag');
  }
  override render(_properties: Readonly<Record<`--${string}`, string | number>>): typeof nothing {
    return nothing;
  }
  override update(
    { element }: ElementPart,
    [properties]: [Readonly<Record<`--${string}`, string | number>>],
  ): typeof nothing {
    const { style } = element as HTMLElement;
    for (const [name, value] of Object.entries(properties))
      if (this.#set[name] !== value) style.setProperty(name, String((this.#set[name] = value)));
    return nothing;
  }
}

export const styleProperties = directive(StyleProperties);
