/** Short sounds, made here rather than fetched: a frequency in hertz and a start in seconds each. */
const NOTES = {
  joined: [
    [523, 0],
    [784, 0.09],
  ],
  left: [
    [784, 0],
    [523, 0.09],
  ],
  knock: [
    [196, 0],
    [196, 0.16],
  ],
  hand: [[659, 0]],
  message: [[880, 0]],
} as const satisfies Readonly<Record<string, readonly (readonly [number, number])[]>>;
export type SoundName = keyof typeof NOTES;

/** Seconds a note rings, and how loud: well below a voice. */
const RING = 0.22;
const LOUD = 0.06;
/** How loud a test is: as a voice. */
const TEST = 0.2;

let context: AudioContext | undefined;

/** Plays a sound through `output` where the browser can choose it. Does nothing where sound waits for a click. */
export function play(name: SoundName, output: string, loud = LOUD): void {
  context ??= new AudioContext();
  const { currentTime, state } = context;
  // Sounds that were held back must not all come when somebody clicks at last.
  if (state !== 'running') return void context.resume().catch(() => undefined);
  void (context as { setSinkId?: (id: string) => Promise<void> }).setSinkId?.(output).catch(() => undefined);
  for (const [frequency, start] of NOTES[name]) {
    const note = context.createOscillator();
    const volume = context.createGain();
    const from = currentTime + start;
    note.type = name === 'knock' ? 'triangle' : 'sine';
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(loud, from + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + RING);
    note.connect(volume).connect(context.destination);
    note.start(from);
    note.stop(from + RING);
  }
}

/** Two tones, after a click. @throws DOMException where the browser plays nothing */
export async function testSpeaker(output: string): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  play('joined', output, TEST);
}
