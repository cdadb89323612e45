import { html, nothing, type TemplateResult } from 'lit';
import type { Words } from '../../i18n/index.js';
import type { SessionState } from '../../session/types.js';
import { cleanName } from '../clean-name.js';
import { shortName } from '../names.js';
import { repeat } from '../repeat.js';

/** What the button offers. Others' reactions may be any emoji. */
export const REACTIONS = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;
/** How many are shown at once, however many arrive. */
const SHOWN = 6;

/** The latest reactions with who sent them, over the stage. The live region says them; this is for the eye. */
export function reactionsShown(
  { reactions = [], self, others }: SessionState,
  words: Words,
): TemplateResult | typeof nothing {
  if (reactions.length === 0) return nothing;
  const nameOf = (identity: string): string =>
    identity === self.identity
      ? words.you
      : cleanName(shortName(others.find((person) => person.identity === identity)?.name ?? ''));
  return html`<div class="reactions" part="reactions" aria-hidden="true">
    ${repeat(
      reactions.slice(-SHOWN),
      ({ id }) => id,
      ({ identity, emoji }) =>
        html`<span class="reaction" part="reaction"><span>${emoji}</span><bdi>${nameOf(identity)}</bdi></span>`,
    )}
  </div>`;
}
