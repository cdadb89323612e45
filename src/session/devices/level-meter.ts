export interface LevelHost {
  /** 0…1, of somebody else's microphone. */
  remote(identity: string): number;
  /** Our own microphone's track, while it is open. */
  own(): MediaStreamTrack | undefined;
  isSelf(identity: string): boolean;
}

/** Milliseconds between two readings. */
const EVERY = 60;

/** How loud somebody is. Nothing runs while nobody listens, and levels are in no snapshot: talking renders nothing. */
export class LevelMeter {
  readonly #host: LevelHost;
  readonly #listeners = new Map<(level: number) => void, string>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #analyser:
    { readonly context: AudioContext; readonly track: MediaStreamTrack; readonly read: () => number } | undefined;

  constructor(host: LevelHost) {
    this.#host = host;
  }

  on(identity: string, listener: (level: number) => void): () => void {
    const own = (level: number): void => listener(level);
    this.#listeners.set(own, identity);
    this.#timer ??= setInterval(() => this.#read(), EVERY);
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
    void this.#analyser?.context.close();
    this.#analyser = undefined;
  }

  #read(): void {
    for (const [listener, identity] of this.#listeners)
      listener(this.#host.isSelf(identity) ? this.#own() : Math.min(1, this.#host.remote(identity)));
  }

  /** Read from the device, so that it works before the join and while muted. */
  #own(): number {
    const track = this.#host.own();
    if (track !== this.#analyser?.track) {
      void this.#analyser?.context.close();
      this.#analyser = track && listen(track);
    }
    return this.#analyser?.read() ?? 0;
  }
}

function listen(track: MediaStreamTrack): { context: AudioContext; track: MediaStreamTrack; read: () => number } {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  // A copy of its own: muting the sent track must not silence the meter.
  const copy = track.clone();
  copy.enabled = true;
  context.createMediaStreamSource(new MediaStream([copy])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  context.addEventListener('statechange', () => {
    if (context.state === 'closed') copy.stop();
  });
  return {
    context,
    track,
    read() {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample * sample;
      return Math.min(1, Math.sqrt(sum / samples.length) * 3);
    },
  };
}
