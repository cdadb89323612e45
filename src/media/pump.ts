/**
 * Moves frames from the engine through `work` and back, in order. Up to {@link IN_FLIGHT} are worked on at once: one
 * WebCrypto call takes a thread hop of 0.2 ms in Firefox, and a screen's key frame must not wait for fifty of them.
 */
export const IN_FLIGHT = 16;

/**
 * `work` starts on a frame and resolves to a last check, made right before the frame is passed on: false drops it. A
 * `work` that fails drops its frame. Resolves when the stream has ended, for whatever reason.
 * @param again is given the way to put a frame that `work` dropped through it once more, behind those under way.
 */
export async function pump<Frame>(
  readable: ReadableStream<Frame>,
  writable: WritableStream<Frame>,
  work: (frame: Frame) => Promise<() => boolean>,
  again?: (put: (frame: Frame) => void) => void,
): Promise<void> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  // The engine closes or errors both ends when the connection ends; that is no error of ours.
  writer.closed.catch(() => undefined);
  const drop = (): boolean => false;
  let inFlight = 0;
  let wake: (() => void) | undefined;
  const release = (): void => {
    inFlight--;
    wake?.();
  };
  const step = async (frame: Frame, before: Promise<void>): Promise<void> => {
    let pass = drop;
    try {
      pass = await work(frame);
    } catch {
      // Dropped.
    }
    await before;
    if (pass()) writer.write(frame).then(release, release);
    else release();
  };
  let last = Promise.resolve();
  const put = (frame: Frame): void => {
    inFlight++;
    last = step(frame, last);
  };
  again?.(put);
  try {
    for (;;) {
      while (inFlight >= IN_FLIGHT) await new Promise<void>((resolve) => (wake = resolve));
      const { done, value } = await reader.read();
      if (done) break;
      put(value);
    }
    await last;
    await writer.close();
  } catch {
    reader.cancel().catch(() => undefined);
    writer.abort().catch(() => undefined);
  }
}
