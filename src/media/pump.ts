/**
 * Moves frames from the engine through `work` and back, in order. Up to {@link IN_FLIGHT} are worked on at once: one
 * WebCrypto call takes a thread hop of 0.2 ms in Firefox, and a screen's key frame must not wait for fifty of them.
 * Runs for every frame of a call, so it makes no more promises than it must.
 */
export const IN_FLIGHT = 16;

/** Made right before a frame is passed on: false drops it. */
export type Check = () => boolean;

/** A frame under way; `check` once `work` is through with it. */
interface Place<Frame> {
  readonly frame: Frame;
  check: Check | undefined;
}

/**
 * `work` starts on a frame and gives, at once or later, its last check. A `work` that fails drops its frame. Resolves when the stream has ended, for whatever reason.
 * @param again is given the way to put a frame that `work` dropped through it once more, behind those under way.
 */
export async function pump<Frame>(
  readable: ReadableStream<Frame>,
  writable: WritableStream<Frame>,
  work: (frame: Frame) => Check | Promise<Check>,
  again?: (put: (frame: Frame) => void) => void,
): Promise<void> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  // The engine closes or errors both ends when the connection ends; that is no error of ours.
  writer.closed.catch(() => undefined);
  const drop: Check = () => false;
  const line: Place<Frame>[] = [];
  let inFlight = 0;
  let wake: (() => void) | undefined;
  const changed = (): Promise<void> => new Promise<void>((resolve) => (wake = resolve));
  const release = (): void => {
    inFlight--;
    wake?.();
  };
  const passOn = ({ frame, check }: Place<Frame>): void => {
    let passes = false;
    try {
      passes = (check as Check)();
    } catch {
      // Dropped.
    }
    if (passes) writer.write(frame).then(release, release);
    else release();
  };
  const put = (frame: Frame): void => {
    const place: Place<Frame> = { frame, check: undefined };
    const done = (check: Check): void => {
      place.check = check;
      while (line[0]?.check) passOn(line.shift() as Place<Frame>);
    };
    const fail = (): void => done(drop);
    inFlight++;
    line.push(place);
    try {
      const worked = work(frame);
      if (worked instanceof Promise) worked.then(done, fail);
      else done(worked);
    } catch {
      fail();
    }
  };
  again?.(put);
  try {
    for (;;) {
      while (inFlight >= IN_FLIGHT) await changed();
      const { done, value } = await reader.read();
      if (done) break;
      put(value);
    }
    while (line.length > 0) await changed();
    await writer.close();
  } catch {
    reader.cancel().catch(() => undefined);
    writer.abort().catch(() => undefined);
  }
}
