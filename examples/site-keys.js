/**
 * What the site's own server does in the examples `external-keys` and `own-provider`: it hands out keys. A real site
 * asks first who is there, and whether they belong to the meeting: **whoever gets the key can listen**.
 */
import { randomBytes } from 'node:crypto';

const LARGEST = 1000;

/** Answers `POST { room, epoch, reason }` with `{ epoch, key }`, the key in base64url. @returns {import('node:http').RequestListener} */
export function siteKeys() {
  /** The keys of a room, the latest last; its place is its epoch. */
  const rooms = new Map();
  return async (request, response) => {
    const { room, epoch, reason } = await read(request).catch(() => ({}));
    if (request.method !== 'POST' || typeof room !== 'string' || room.length > 128 || !Number.isInteger(epoch))
      return void response.writeHead(400).end();
    const keys = rooms.get(room) ?? [newKey()];
    if (!rooms.has(room) && rooms.size >= LARGEST) return void response.writeHead(503).end();
    rooms.set(room, keys);
    // Somebody left: everyone who stays asks, and the first one to ask has a new key made for all.
    if (reason === 'left' && epoch === keys.length && keys.length < LARGEST) keys.push(newKey());
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ epoch: keys.length - 1, key: keys.at(-1) }));
  };
}

const newKey = () => randomBytes(32).toString('base64url');

async function read(request) {
  let body = '';
  for await (const chunk of request) if ((body += chunk).length > 1000) return {};
  return JSON.parse(body);
}
