/** Encoded frames as the SFU sees them, kept to be sent again. */
export interface RecordedFrame {
  readonly key: boolean;
  readonly data: Uint8Array;
  /** Wall-clock milliseconds at which it came. */
  readonly at?: number;
}

/** A recording that leaves the page: base64 of each frame, marked `k` for key frames. */
export type PortableRecording = readonly string[];

/** At most this many frames are kept of one stream: over a minute of video. */
const LIMIT = 3_000;

export class Recordings {
  readonly #frames = new Map<string, RecordedFrame[]>();

  add(stream: string, frame: RecordedFrame): void {
    const frames = this.of(stream);
    if (frames.length < LIMIT) frames.push(frame);
  }

  /** Lives on: frames that arrive later are in it. */
  of(stream: string): RecordedFrame[] {
    let frames = this.#frames.get(stream);
    if (!frames) this.#frames.set(stream, (frames = []));
    return frames;
  }

  /** All streams of a participant begin anew. */
  forget(identity: string): void {
    for (const [stream, frames] of this.#frames) if (stream.startsWith(`${identity}/`)) frames.splice(0);
  }

  export(stream: string): PortableRecording {
    return this.of(stream).map(
      ({ key, data }) => (key ? 'k' : 'd') + btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join('')),
    );
  }

  import(stream: string, recording: PortableRecording): void {
    const frames = recording.map((text) => ({
      key: text[0] === 'k',
      data: Uint8Array.from(atob(text.slice(1)), (char) => char.charCodeAt(0)),
    }));
    this.#frames.set(stream, frames);
  }
}
