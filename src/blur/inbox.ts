/** The newest frame that waits to be painted. Older ones are closed: cameras have few frames to lend. */
export class Inbox {
  #turn = 0;
  #newest: VideoFrame | undefined;
  #arrived: (() => void) | undefined;

  get turn(): number {
    return this.#turn;
  }

  /** Frames of this camera count from now on. */
  begin(turn: number): void {
    this.#turn = turn;
    this.#newest?.close();
    this.#newest = undefined;
  }

  put(turn: number, frame: VideoFrame): void {
    if (turn !== this.#turn) return frame.close();
    this.#newest?.close();
    this.#newest = frame;
    this.#arrived?.();
  }

  /** The newest frame, once there is one; whoever takes it closes it. */
  async take(): Promise<VideoFrame> {
    while (!this.#newest) await new Promise<void>((resolve) => (this.#arrived = resolve));
    const frame = this.#newest;
    this.#newest = undefined;
    return frame;
  }
}
