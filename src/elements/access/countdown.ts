import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Seconds until something may be tried again; the host renders once a second while they run. */
export class Countdown implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #until = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Begins anew; 0 or undefined ends it. */
  start(seconds: number | undefined): void {
    this.#until = performance.now() + (seconds ?? 0) * 1000;
    this.#run();
    this.#host.requestUpdate();
  }

  /** Whole seconds that are left. */
  get left(): number {
    return Math.max(0, Math.ceil((this.#until - performance.now()) / 1000));
  }

  hostConnected(): void {
    this.#run();
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }

  #run(): void {
    clearInterval(this.#timer);
    if (this.left === 0) return;
    this.#timer = setInterval(() => {
      if (this.left === 0) clearInterval(this.#timer);
      this.#host.requestUpdate();
    }, 1000);
  }
}
