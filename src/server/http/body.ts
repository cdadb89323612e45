import { fromUtf8 } from '../../base/index.js';
import { ApiError } from './errors.js';

/**
 * The body's text, at most `limit` bytes, whatever `Content-Length` says.
 * @throws ApiError `body-too-large`; `body-invalid` when it is not UTF-8 or breaks off
 */
export async function readText(request: Request, limit: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw new ApiError('body-too-large');
  if (!request.body) return '';
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) throw new ApiError('body-too-large');
      parts.push(value);
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return fromUtf8(whole);
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    if (error instanceof ApiError) throw error;
    throw new ApiError('body-invalid', { cause: error });
  }
}

/** The body as JSON. @throws ApiError `type-unsupported` or as {@link readText} */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  // Also what keeps other sites' forms out: a browser asks (CORS) before it sends this type to another origin.
  if (type !== 'application/json') throw new ApiError('type-unsupported');
  const text = await readText(request, limit);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError('body-invalid', { cause: error });
  }
}
