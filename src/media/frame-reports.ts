/**
 * Turns what happened to single frames into the few facts the main thread needs: proofs, violations, missing keys,
 * counts. Frames come by the thousand and from hostile hands; events leave here at bounded rates.
 */
import { STREAMS } from './media-client.js';
import type { DropReason, MediaClientEvents, MediaCounts, Stream } from './media-client.js';
import type { StreamKey } from './stream-key.js';

export type ReportedEvents = Omit<MediaClientEvents, 'lost'>;
export type Report = <K extends keyof ReportedEvents>(type: K, detail: ReportedEvents[K]) => void;
export type Direction = MediaCounts['direction'];
export type ViolationCode = MediaClientEvents['violation']['code'];

/** Milliseconds between two proofs, or two complaints, of one stream. */
const PROOF_EVERY = 250;
/** A stream that authenticated this recently (ms) is not complained about. */
const PROVED_FOR = 500;
const VIOLATION_EVERY = 10_000;
const MISSING_KEY_EVERY = 1_000;
/** Participants remembered; the oldest goes first. Bounds what a server that invents them can make us keep. */
const PARTICIPANTS = 4_096;

/** Drops that don't happen by accident. Only `unknown-key` is honest (a key still under way). */
const VIOLATIONS: Partial<Record<DropReason, ViolationCode>> = {
  short: 'plaintext',
  header: 'plaintext',
  plaintext: 'plaintext',
  forged: 'forged',
  replay: 'replay',
  stream: 'foreign',
};

interface Violation {
  count: number;
  reportedAt: number;
}

/** One direction of one stream of one participant. */
interface Line {
  readonly identity: string;
  readonly stream: Stream;
  readonly direction: Direction;
  opened: number;
  readonly dropped: Partial<Record<DropReason, number>>;
  provedBy: StreamKey | undefined;
  provedAt: number;
  proofSentAt: number;
  complainedAt: number;
  /** The epoch whose key was missing last. */
  wanted: number | undefined;
  readonly violations: Map<ViolationCode, Violation>;
  readonly unprotected: Set<string>;
  readonly exhausted: Set<number>;
}

/** Adds under `key`; beyond {@link PARTICIPANTS} the oldest entry goes. */
function keep<V>(map: Map<string, V>, key: string, value: V): V {
  if (map.size >= PARTICIPANTS) map.delete(map.keys().next().value as string);
  map.set(key, value);
  return value;
}

export class FrameReports {
  readonly #report: Report;
  readonly #now: () => number;
  /** By identity; then by stream and direction. */
  readonly #lines = new Map<string, (Line | undefined)[]>();
  readonly #askedAt = new Map<string, number>();

  /** @param now monotonic milliseconds. */
  constructor(report: Report, now: () => number) {
    this.#report = report;
    this.#now = now;
  }

  /** A frame was sealed and goes to the packetizer. */
  sealed(identity: string, stream: Stream): void {
    this.#line(identity, stream, 'out').opened++;
  }

  /** A frame was not sent. */
  notSent(identity: string, stream: Stream, reason: DropReason, epoch: number | undefined, mimeType: string): void {
    const line = this.#line(identity, stream, 'out');
    line.dropped[reason] = (line.dropped[reason] ?? 0) + 1;
    if (reason === 'codec') this.#unprotected(line, mimeType);
    if (reason === 'exhausted' && epoch !== undefined && !line.exhausted.has(epoch)) {
      line.exhausted.add(epoch);
      this.#report('exhausted', { epoch, stream });
    }
  }

  /** A frame authenticated under `key` and goes to the decoder. */
  opened(identity: string, stream: Stream, key: StreamKey): void {
    const line = this.#line(identity, stream, 'in');
    line.opened++;
    this.#prove(line, key);
  }

  /** A frame authenticated under `key`, and may yet wait. */
  proved(identity: string, stream: Stream, key: StreamKey): void {
    this.#prove(this.#line(identity, stream, 'in'), key);
  }

  /**
   * A frame was not opened. `alarm` false counts without a violation: frames of a binding that just ended are still
   * under way when a transform is bound anew.
   */
  notOpened(
    identity: string,
    stream: Stream,
    reason: DropReason,
    epoch: number | undefined,
    mimeType: string,
    alarm: boolean,
  ): void {
    const line = this.#line(identity, stream, 'in');
    line.dropped[reason] = (line.dropped[reason] ?? 0) + 1;
    if (reason === 'empty' || reason === 'server-injected' || reason === 'unbound') return;
    const now = this.#now();
    if (reason === 'codec') this.#unprotected(line, mimeType);
    if (reason === 'unknown-key' && epoch !== undefined) this.#missing(line, epoch, now);
    const code = VIOLATIONS[reason];
    if (code && alarm) this.#violation(line, code, epoch, now);
    if (now - line.provedAt < PROVED_FOR || now - line.complainedAt < PROOF_EVERY) return;
    line.complainedAt = now;
    this.#report('unproved', { identity, stream, reason });
  }

  /** A key came: streams that dropped frames for want of it, and hold none back, need a key frame. Returns those. */
  installed(identity: string, epoch: number, holdsBack: (stream: Stream) => boolean): Stream[] {
    const streams: Stream[] = [];
    for (const line of this.#lines.get(identity) ?? []) {
      if (line?.wanted !== epoch) continue;
      line.wanted = undefined;
      if ((line.stream === 'camera' || line.stream === 'screen') && !holdsBack(line.stream)) {
        streams.push(line.stream);
        this.#report('need-key-frame', { identity, stream: line.stream });
      }
    }
    return streams;
  }

  counts(): MediaCounts[] {
    return this.#all().map(({ identity, stream, direction, opened, dropped }) => ({
      identity,
      stream,
      direction,
      opened,
      dropped: { ...dropped },
    }));
  }

  #line(identity: string, stream: Stream, direction: Direction): Line {
    const lines = this.#lines.get(identity) ?? keep(this.#lines, identity, []);
    const slot = STREAMS.indexOf(stream) * 2 + (direction === 'in' ? 0 : 1);
    return (lines[slot] ??= {
      identity,
      stream,
      direction,
      opened: 0,
      dropped: {},
      provedBy: undefined,
      provedAt: -Infinity,
      proofSentAt: -Infinity,
      complainedAt: -Infinity,
      wanted: undefined,
      violations: new Map(),
      unprotected: new Set(),
      exhausted: new Set(),
    });
  }

  #prove(line: Line, key: StreamKey): void {
    const now = this.#now();
    line.provedAt = now;
    line.wanted = undefined;
    if (key === line.provedBy && now - line.proofSentAt < PROOF_EVERY) return;
    line.provedBy = key;
    line.proofSentAt = now;
    const { identity, stream } = line;
    this.#report('proof', { identity, binding: key.sender.binding, stream, epoch: key.epoch });
  }

  #all(): Line[] {
    return [...this.#lines.values()].flat().filter((line) => line !== undefined);
  }

  #missing(line: Line, epoch: number, now: number): void {
    line.wanted = epoch;
    if (now - (this.#askedAt.get(line.identity) ?? -Infinity) < MISSING_KEY_EVERY) return;
    this.#askedAt.delete(line.identity);
    keep(this.#askedAt, line.identity, now);
    this.#report('missing-key', { identity: line.identity, epoch });
  }

  #violation(
    { identity, stream, violations }: Line,
    code: ViolationCode,
    epoch: number | undefined,
    now: number,
  ): void {
    let violation = violations.get(code);
    if (!violation) violations.set(code, (violation = { count: 0, reportedAt: -Infinity }));
    violation.count++;
    if (now - violation.reportedAt < VIOLATION_EVERY) return;
    violation.reportedAt = now;
    this.#report('violation', { code, identity, stream, count: violation.count, epoch });
  }

  #unprotected({ identity, stream, unprotected }: Line, mimeType: string): void {
    if (unprotected.has(mimeType) || unprotected.size >= 16) return;
    unprotected.add(mimeType);
    this.#report('unprotected', { identity, stream, mimeType });
  }
}
