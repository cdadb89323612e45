import { fromBase64Url, toBase64Url } from '../../../src/base/index.js';
import {
  moderationMessage,
  readCertificate,
  type IdentityKey,
  type ModerationRequest,
} from '../../../src/crypto/index.js';
import { device, ISSUER, type Caller, type Reply, type Site } from './site.js';

/** Somebody in a meeting, with the device key and certificate to act. */
export interface Member {
  readonly key: IdentityKey & { readonly text: string };
  readonly identity: string;
  readonly certificate: string;
  readonly meeting: Uint8Array;
}

export async function joinAs(site: Site, room: string, caller: Caller = {}): Promise<Member> {
  const key = await device();
  const { status, body } = await site.post('/token', { room_name: room, device_key: key.text }, caller);
  if (status !== 201) throw new Error(String(body.code));
  const certificate = String(body.certificate);
  return {
    key,
    identity: String(body.identity),
    certificate,
    meeting: readCertificate(fromBase64Url(certificate))!.meeting,
  };
}

export type ModerationBody = Record<string, unknown>;

/** A signed request as an honest client makes it; `changed` is changed before signing. */
export async function moderationBody(
  site: Site,
  member: Member,
  action: string,
  fields: { target?: string; track?: string; sources?: string[] } = {},
  changed: Partial<ModerationRequest> = {},
  signer: IdentityKey = member.key,
): Promise<ModerationBody> {
  const request: ModerationRequest = {
    issuer: ISSUER,
    meeting: member.meeting,
    action,
    target: fields.target ?? '',
    track: fields.track ?? '',
    id: crypto.getRandomValues(new Uint8Array(16)),
    time: Math.floor(site.time / 1000),
    ...(fields.sources && { sources: fields.sources }),
    ...changed,
  };
  return {
    certificate: member.certificate,
    ...fields,
    id: toBase64Url(request.id),
    time: request.time,
    signature: toBase64Url(await signer.sign(moderationMessage(request))),
  };
}

export async function moderate(
  site: Site,
  member: Member,
  action: string,
  fields: { target?: string; track?: string; sources?: string[] } = {},
): Promise<Reply> {
  return site.post(`/moderation/${action}`, await moderationBody(site, member, action, fields));
}
