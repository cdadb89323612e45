import { FILE_ID_BYTES, FILE_MAX, FILE_NAME_MAX, FILE_TYPE_MAX, PART } from './limits.js';

/** What participants tell each other about files. Bytes flow only to who asked for them. */
export type FileTalk =
  | {
      readonly type: 'file-offer';
      /** Hex of 16 random bytes; together with its sender it names the file. */
      readonly id: string;
      readonly name: string;
      readonly mediaType: string;
      readonly size: number;
      /** Hex of SHA-256 over the whole file. */
      readonly hash: string;
    }
  /** "Send me the file from this part on": the acceptance, and after an outage the resumption. */
  | { readonly type: 'file-ask'; readonly id: string; readonly next: number }
  | { readonly type: 'file-part'; readonly id: string; readonly index: number; readonly data: Uint8Array }
  | { readonly type: 'file-end'; readonly id: string; readonly how: FileEnd };
export const FILE_ENDS = ['cancelled', 'declined', 'received'] as const;
export type FileEnd = (typeof FILE_ENDS)[number];

const ID = new RegExp(`^[0-9a-f]{${FILE_ID_BYTES * 2}}$`);
const HASH = /^[0-9a-f]{64}$/;
const MEDIA_TYPE = /^[\w.+-]{1,64}\/[\w.+-]{1,64}$/;

/** Strictly: a wrong field gives undefined. */
export function parseFileTalk(value: Record<string, unknown>): FileTalk | undefined {
  const { type, id, name, mediaType, size, hash, next, index, data, how } = value;
  if (typeof id !== 'string' || !ID.test(id)) return undefined;
  switch (type) {
    case 'file-offer':
      if (typeof name !== 'string' || name === '' || name.length > FILE_NAME_MAX) return undefined;
      if (typeof mediaType !== 'string' || mediaType.length > FILE_TYPE_MAX || !isUint(size, FILE_MAX))
        return undefined;
      if (typeof hash !== 'string' || !HASH.test(hash)) return undefined;
      return { type, id, name, mediaType: MEDIA_TYPE.test(mediaType) ? mediaType : '', size, hash };
    case 'file-ask':
      return isUint(next, parts(FILE_MAX)) ? { type, id, next } : undefined;
    case 'file-part':
      return isUint(index, parts(FILE_MAX) - 1) && data instanceof Uint8Array && data.length <= PART
        ? { type, id, index, data }
        : undefined;
    case 'file-end': {
      const end = FILE_ENDS.find((each) => each === how);
      return end && { type, id, how: end };
    }
    default:
      return undefined;
  }
}

/** How many parts a file of this many bytes has; an empty one has none. */
export function parts(size: number): number {
  return Math.ceil(size / PART);
}

/** What the sender of an offer signs, beside place and topic: every field, none of which holds a line break but the name. */
export function offerText({ id, size, hash, mediaType, name }: FileTalk & { type: 'file-offer' }): string {
  return [id, String(size), hash, mediaType, name].join('\n');
}

export const isFileTalk = ({ type }: { readonly type: string }): boolean => type.startsWith('file-');

const isUint = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
