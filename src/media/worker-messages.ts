/**
 * What the main thread and the worker say to each other. Both sides parse: the worker file may be of another version,
 * or another script altogether.
 */
import { ERROR_CODES } from '../base/index.js';
import type { ErrorCode } from '../base/index.js';
import { STREAMS } from './media-client.js';
import type { MediaCounts, MediaSender, Stream } from './media-client.js';
import type { ReportedEvents } from './frame-reports.js';

/** Both sides must say the same number: a cached worker of another release is refused, not misunderstood. */
export const WORKER_PROTOCOL = 2;

export type TransformDirection = 'send' | 'receive';
/** The engine's transform number: the `options` of RTCRtpScriptTransform, and part of `streams`. */
export interface TransformOptions {
  readonly transform: number;
  readonly direction: TransformDirection;
}

/** A verb the worker answers with `done` or `failed` under the same `call`. Applied in order. */
export type Verb =
  | { readonly verb: 'ping' }
  | { readonly verb: 'self'; readonly sender: MediaSender }
  | { readonly verb: 'install'; readonly epoch: number; readonly sender: MediaSender; readonly key: CryptoKey }
  | { readonly verb: 'activate'; readonly epoch: number }
  | { readonly verb: 'pause' }
  | { readonly verb: 'retire'; readonly epoch: number; readonly sender: MediaSender | undefined }
  | { readonly verb: 'retire-sender'; readonly sender: MediaSender }
  | { readonly verb: 'counts' };

export type ToWorker =
  | (Verb & { readonly type: 'call'; readonly call: number })
  /** Takes effect with the next frame. `stream` undefined: drop everything. `identity`: receiving only. */
  | {
      readonly type: 'bind';
      readonly transform: number;
      readonly identity: string;
      readonly stream: Stream | undefined;
    }
  | ({
      readonly type: 'streams';
      readonly readable: ReadableStream;
      readonly writable: WritableStream;
    } & TransformOptions)
  | { readonly type: 'trailer'; readonly trailer: Uint8Array }
  /** Answers `waiting`. */
  | { readonly type: 'heard'; readonly transform: number }
  /** Every picture sent begins anew. For engines that let a transform say so. */
  | { readonly type: 'key-frames' };

export type WorkerEvent = {
  [K in keyof ReportedEvents]: { readonly type: 'event'; readonly name: K; readonly detail: ReportedEvents[K] };
}[keyof ReportedEvents];

export type FromWorker =
  | { readonly type: 'hello'; readonly protocol: number }
  /** A stream's first picture opened. It goes on once the page has heard of the proof that was posted before. */
  | { readonly type: 'waiting'; readonly transform: number }
  | { readonly type: 'done'; readonly call: number; readonly counts: readonly MediaCounts[] | undefined }
  | { readonly type: 'failed'; readonly call: number; readonly code: ErrorCode }
  | WorkerEvent;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isStream = (value: unknown): value is Stream => (STREAMS as readonly unknown[]).includes(value);
const isIdentity = (value: unknown): value is string => typeof value === 'string' && value.length <= 256;
/** LiveKit's trailer has 32 bytes. A very short one would name honest and plain frames alike. */
const isTrailer = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array && value.length >= 16 && value.length <= 256;

function isSender(value: unknown): value is MediaSender {
  return (
    isFields(value) &&
    isIdentity(value['identity']) &&
    value['binding'] instanceof Uint8Array &&
    value['binding'].length === 32
  );
}

export function isTransformOptions(value: unknown): value is TransformOptions {
  return (
    isFields(value) &&
    isCount(value['transform']) &&
    (value['direction'] === 'send' || value['direction'] === 'receive')
  );
}

/** Epochs are checked by the key ring, which has a code for a wrong one. */
function isVerb(value: Fields): boolean {
  const { verb, epoch, sender, key } = value;
  switch (verb) {
    case 'ping':
    case 'pause':
    case 'counts':
      return true;
    case 'self':
    case 'retire-sender':
      return isSender(sender);
    case 'install':
      return typeof epoch === 'number' && isSender(sender) && key instanceof CryptoKey;
    case 'activate':
      return typeof epoch === 'number';
    case 'retire':
      return typeof epoch === 'number' && (sender === undefined || isSender(sender));
    default:
      return false;
  }
}

/** `undefined` for anything that is no message of this protocol. */
export function parseToWorker(value: unknown): ToWorker | undefined {
  if (!isFields(value)) return undefined;
  const { type } = value;
  const valid =
    (type === 'call' && isCount(value['call']) && isVerb(value)) ||
    (type === 'bind' &&
      isCount(value['transform']) &&
      isIdentity(value['identity']) &&
      (value['stream'] === undefined || isStream(value['stream']))) ||
    (type === 'streams' &&
      isTransformOptions(value) &&
      value['readable'] instanceof ReadableStream &&
      value['writable'] instanceof WritableStream) ||
    (type === 'trailer' && isTrailer(value['trailer'])) ||
    (type === 'heard' && isCount(value['transform'])) ||
    type === 'key-frames';
  return valid ? (value as unknown as ToWorker) : undefined;
}

const EVENTS: Readonly<Record<keyof ReportedEvents, (detail: Fields) => boolean>> = {
  proof: (d) => isSender(d) && isStream(d['stream']) && isCount(d['epoch']),
  unproved: (d) => isIdentity(d['identity']) && isStream(d['stream']) && typeof d['reason'] === 'string',
  violation: (d) =>
    isIdentity(d['identity']) &&
    isStream(d['stream']) &&
    isCount(d['count']) &&
    typeof d['code'] === 'string' &&
    (d['epoch'] === undefined || isCount(d['epoch'])),
  'missing-key': (d) => isIdentity(d['identity']) && isCount(d['epoch']),
  'need-key-frame': (d) => isIdentity(d['identity']) && isStream(d['stream']),
  unprotected: (d) => isIdentity(d['identity']) && isStream(d['stream']) && typeof d['mimeType'] === 'string',
  exhausted: (d) => isCount(d['epoch']) && isStream(d['stream']),
};

/** `undefined` for anything that is no message of this protocol. */
export function parseFromWorker(value: unknown): FromWorker | undefined {
  if (!isFields(value)) return undefined;
  const { type, name, detail, counts } = value;
  const valid =
    (type === 'hello' && isCount(value['protocol'])) ||
    (type === 'waiting' && isCount(value['transform'])) ||
    (type === 'done' && isCount(value['call']) && (counts === undefined || Array.isArray(counts))) ||
    (type === 'failed' && isCount(value['call']) && (ERROR_CODES as readonly unknown[]).includes(value['code'])) ||
    (type === 'event' &&
      typeof name === 'string' &&
      Object.hasOwn(EVENTS, name) &&
      isFields(detail) &&
      EVENTS[name as keyof ReportedEvents](detail));
  return valid ? (value as unknown as FromWorker) : undefined;
}
