/** Widest side of a picture in pixels; what is in it can be made out, and it is small enough to send. */
const SIDE = 1280;
/** JPEG qualities, until it fits. */
const QUALITIES = [0.82, 0.6, 0.35];

/** One moment of a video, kept as pixels until it is sent. Undefined while it shows nothing. */
export function still(video: HTMLVideoElement): HTMLCanvasElement | undefined {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return undefined;
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** As a JPEG of at most `limit` bytes, if it can be had. */
export async function encoded(canvas: HTMLCanvasElement, limit: number): Promise<Blob | undefined> {
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    if (blob && blob.size <= limit) return blob;
  }
  return undefined;
}
