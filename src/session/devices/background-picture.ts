import { SecureMeetingError } from '../../base/index.js';

/** Bytes of a file that is read at all, and pixels that are kept of its longer side: no camera shows more. */
const FILE_MAX = 20_000_000;
const SIDE_MAX = 1_920;

/** @throws SecureMeetingError `media-picture-unreadable` */
export async function readPicture(file: Blob): Promise<ImageBitmap> {
  try {
    if (file.size > FILE_MAX) throw new RangeError('too large');
    const whole = await createImageBitmap(file);
    const scale = SIDE_MAX / Math.max(whole.width, whole.height);
    if (scale >= 1) return whole;
    const resizeWidth = Math.max(1, Math.round(whole.width * scale));
    const resizeHeight = Math.max(1, Math.round(whole.height * scale));
    const small = await createImageBitmap(whole, { resizeWidth, resizeHeight, resizeQuality: 'high' });
    whole.close();
    return small;
  } catch (cause) {
    throw new SecureMeetingError('media-picture-unreadable', { cause });
  }
}
