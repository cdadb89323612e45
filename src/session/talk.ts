import type { Talk } from './channel.js';
import { parseFileTalk } from './files/file-talk.js';

/** Longest chat text, in UTF-16 code units. */
export const CHAT_LIMIT = 4000;
/** Longest name, in UTF-16 code units. */
export const NAME_LIMIT = 256;
/** Longest reaction: one emoji with its joiners and skin tones. */
const EMOJI_LIMIT = 32;

/** What somebody said, strictly: an unknown type (from a newer version) or a wrong field gives undefined. */
export function parseTalk(value: unknown): Talk | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, text, emoji, up, name, answer, what } = value as Record<string, unknown>;
  switch (type) {
    case 'chat':
      return typeof text === 'string' && text !== '' && text.length <= CHAT_LIMIT ? { type, text } : undefined;
    case 'reaction':
      return isReaction(emoji) ? { type, emoji } : undefined;
    case 'hand':
      return typeof up === 'boolean' ? { type, up } : undefined;
    case 'name':
      return isName(name) ? { type, name } : undefined;
    case 'ask':
      return what === 'unmute' ? { type, what } : undefined;
    case 'hello':
      return typeof answer === 'boolean' ? { type, answer } : undefined;
    default:
      return parseFileTalk(value as Record<string, unknown>);
  }
}

export function isReaction(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= EMOJI_LIMIT &&
    // eslint-disable-next-line no-misleading-character-class -- joiners and selectors stand between the parts of one emoji
    /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator})[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u200d\ufe0f]*$/u.test(
      value,
    )
  );
}

/** A name somebody may carry: not empty, at most {@link NAME_LIMIT}, no control characters. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    value.length <= NAME_LIMIT &&
    // eslint-disable-next-line no-control-regex -- control characters are what is refused here
    !/[\u0000-\u001f\u007f-\u009f]/.test(value)
  );
}
