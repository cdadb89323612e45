/** Plays the others' sound through elements of its own, which are in no document. */
export class Sound {
  readonly #elements = new Map<string, { readonly audio: HTMLAudioElement; readonly identity: string }>();
  readonly #volumes = new Map<string, number>();
  readonly #blocked: (blocked: boolean) => void;
  #output = '';

  /** `blocked`: the browser refuses to play until a click. */
  constructor(blocked: (blocked: boolean) => void) {
    this.#blocked = blocked;
  }

  play(id: string, track: MediaStreamTrack, identity: string): void {
    const known = this.#elements.get(id);
    if ((known?.audio.srcObject as MediaStream | null)?.getAudioTracks()[0] === track) return;
    const audio = known?.audio ?? new Audio();
    audio.srcObject = new MediaStream([track]);
    audio.volume = this.#volumes.get(identity) ?? 1;
    this.#elements.set(id, { audio, identity });
    if (this.#output !== '') void route(audio, this.#output).catch(() => undefined);
    void this.#start(audio);
  }

  stop(id: string): void {
    const known = this.#elements.get(id);
    if (!known) return;
    known.audio.srcObject = null;
    this.#elements.delete(id);
  }

  stopAll(): void {
    for (const id of [...this.#elements.keys()]) this.stop(id);
  }

  setVolume(identity: string, volume: number): void {
    const level = Math.min(1, Math.max(0, Number.isFinite(volume) ? volume : 1));
    this.#volumes.set(identity, level);
    for (const element of this.#elements.values()) if (element.identity === identity) element.audio.volume = level;
  }

  async setOutput(deviceId: string): Promise<void> {
    this.#output = deviceId;
    await Promise.all([...this.#elements.values()].map(({ audio }) => route(audio, deviceId)));
  }

  async resume(): Promise<void> {
    await Promise.all([...this.#elements.values()].map(({ audio }) => audio.play()));
    this.#blocked(false);
  }

  async #start(audio: HTMLAudioElement): Promise<void> {
    try {
      await audio.play();
    } catch (error) {
      if (error instanceof Error && error.name === 'NotAllowedError') this.#blocked(true);
    }
  }
}

/** Where the browser can't choose a speaker the system's own choice holds. */
async function route(audio: HTMLAudioElement, deviceId: string): Promise<void> {
  await (audio as { setSinkId?: (id: string) => Promise<void> }).setSinkId?.(deviceId);
}
