const LONGEST = 120;
/** Path separators, what some systems refuse, and what turns the direction of writing or can't be seen. */
const UNFIT = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;

/**
 * A file's name that can be shown and saved: no path, nothing invisible, no leading dots, at most 120 characters with
 * the ending kept. What a name like `report\u202Efdp.exe` hides is visible in it.
 */
export function safeFileName(name: string): string {
  const plain = name
    .replace(UNFIT, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/^[\s.]+|[\s.]+$/gu, '');
  const letters = Array.from(plain || 'file');
  if (letters.length <= LONGEST) return letters.join('');
  const ending = Array.from(endingOf(plain));
  return [...letters.slice(0, LONGEST - ending.length - 1), '…', ...ending].join('');
}

/** `.pdf` of `report.pdf`; empty without one of at most 10 characters. */
export function endingOf(name: string): string {
  return /\.[^.\s]{1,10}$/u.exec(name)?.[0] ?? '';
}
