/**
 * The demo site's token endpoint: LiveKit's standard request and answer, and the smallest grants that let somebody
 * join one room. It lets everybody in; a real site asks first who it is (the package's `server` does). No dependencies.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const BODY_LIMIT = 4096;
const VALID_SECONDS = 10 * 60;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const ROOM = /^[^\u0000-\u001f\u007f-\u009f]{1,128}$/u;
const COOKIE = 'demo_guest';

/**
 * @param {{ url: string, apiKey: string, apiSecret: string }} livekit
 * @returns {(request: Request) => Promise<Response>}
 */
export function tokenEndpoint({ url, apiKey, apiSecret }) {
  const signingKey = randomBytes(32);
  const sign = (text) => createHmac('sha256', signingKey).update(text).digest('base64url');

  /** A browser may come back under an identity that it was given, and under nobody else's. */
  function identityFor(guest, wanted) {
    const [name, proof] = typeof wanted === 'string' ? wanted.split('.') : [];
    if (name && proof && equal(proof, sign(`${guest}:${name}`).slice(0, 16))) return wanted;
    const fresh = `guest-${randomBytes(6).toString('base64url')}`;
    return `${fresh}.${sign(`${guest}:${fresh}`).slice(0, 16)}`;
  }

  return async (request) => {
    if (request.method !== 'POST') return answer(405, { code: 'method-not-allowed' }, { allow: 'POST' });
    const body = await readJson(request);
    if (!body) return answer(400, { code: 'invalid-request' });
    const room = body.room_name;
    if (typeof room !== 'string' || !ROOM.test(room)) return answer(422, { code: 'invalid-room' });

    const known = /(?:^|;\s*)demo_guest=([\w-]{22})(?:;|$)/.exec(request.headers.get('cookie') ?? '')?.[1];
    const guest = known ?? randomBytes(16).toString('base64url');
    const identity = identityFor(guest, body.participant_identity);
    const now = Math.floor(Date.now() / 1000);
    const video = { roomJoin: true, room, canPublish: true, canSubscribe: true, canPublishData: true };
    const participant_token = jwt(
      { iss: apiKey, sub: identity, nbf: now - 5, exp: now + VALID_SECONDS, video },
      apiSecret,
    );
    return answer(
      201,
      { server_url: url, participant_token },
      known ? {} : { 'set-cookie': `${COOKIE}=${guest}; Path=/; HttpOnly; SameSite=Strict` },
    );
  };
}

/** A JSON Web Token, signed with HMAC-SHA-256 (RFC 7519, RFC 7518 section 3.2). */
export function jwt(claims, secret) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** A JSON object of at most 4 kB, else undefined. Anything but JSON is refused, so that no foreign form can post here. */
async function readJson(request) {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) return undefined;
  const chunks = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const equal = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

function answer(status, body, headers = {}) {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}
