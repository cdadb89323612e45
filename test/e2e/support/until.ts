/**
 * Waits for a condition, never for a time. Resolves with the first value that is neither undefined, null nor false.
 * @throws Error naming `what` and the last value (or error) seen, after `within` milliseconds.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { within = 60_000, every = 50 }: { readonly within?: number; readonly every?: number } = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + within;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false)
        return value as Exclude<T, undefined | null | false>;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const seen = last instanceof Error ? (last.stack ?? last.message) : JSON.stringify(last);
      throw new Error(`Not within ${within} ms: ${what}. Seen last: ${seen}`);
    }
    await pause(every);
  }
}

/**
 * For what must *not* happen there is nothing to wait for but time: resolves after `milliseconds` if `forbidden` never
 * answered with anything but undefined, null or false.
 */
export async function never(
  what: string,
  forbidden: () => unknown,
  { during, every = 100 }: { readonly during: number; readonly every?: number },
): Promise<void> {
  const deadline = performance.now() + during;
  do {
    const value = await forbidden();
    if (value !== undefined && value !== null && value !== false)
      throw new Error(`Must never happen: ${what}. It did: ${JSON.stringify(value)}`);
    await pause(every);
  } while (performance.now() < deadline);
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
