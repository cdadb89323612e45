import { concat, fromUtf8 } from '../../base/index.js';
import { ApiError } from './errors.js';

/**
 * The body's text, at most `limit` bytes, whatever `Content-Length` says.
 * @throws ApiError `body-too-large`; `body-invalid` when it is not UTF-8 or breaks off
 */
export async function readText(request: Request, limit: number): Promise<string> {
  const said = request.headers.get('content-length');
  if (Number(said ?? 0) > limit) throw new ApiError('body-too-large');
  try {
    // HTTP ends a body where its length says. Node's adapter then needs no stream, and no second request for it.
    const bytes = said === null ? await gather(request, limit) : new Uint8Array(await request.arrayBuffer());
    if (bytes.length > limit) throw new ApiError('body-too-large');
    return fromUtf8(bytes);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('body-invalid', { cause: error });
  }
}

/** A body of unknown length: read no further than `limit`. */
async function gather(request: Request, limit: number): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return concat(...parts);
      length += value.length;
      if (length > limit) throw new ApiError('body-too-large');
      parts.push(value);
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    throw error;
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
