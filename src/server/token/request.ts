import * as v from 'valibot';
import * as field from '../http/fields.js';

/**
 * Body of `POST /token`: LiveKit's standard fields and ours. `participant_metadata`, `participant_attributes` and
 * `room_config` belong to the standard and are ignored: what the SFU would show to everybody is not for clients to set.
 */
export const TOKEN_REQUEST = v.object({
  room_name: field.room,
  /** Kept by the SFU and so used only in meetings without E2EE. */
  participant_name: v.optional(field.text(256)),
  /** A guest who reloads asks for the identity they had; see `device_key_proof`. */
  participant_identity: v.optional(field.identity),
  /** The meeting's `ik`; with it the answer carries an admission certificate. */
  device_key: v.optional(field.bytes(32)),
  /** Signature by `device_key` over issuer, room, identity and time: gives a guest's identity back. */
  device_key_proof: v.optional(field.bytes(64)),
  /** When the proof was made, by the backend's clock. */
  device_key_time: v.optional(field.seconds),
  passcode: v.optional(field.text(128)),
  encryption: v.optional(v.picklist(['required', 'off']), 'required'),
});
export type TokenRequest = v.InferOutput<typeof TOKEN_REQUEST>;

/** Answer of `POST /token`, status 201. The first two fields are LiveKit's. */
export interface TokenAnswer {
  readonly server_url: string;
  readonly participant_token: string;
  readonly identity: string;
  readonly role: 'host' | 'member';
  readonly encryption: 'required' | 'off';
  /** The backend's clock, seconds since 1970: certificates are checked against it. */
  readonly time: number;
  /** Base64url; only with `device_key`. */
  readonly certificate?: string;
  /** The most members. */
  readonly limit?: number;
  /** When the meeting ends, seconds since 1970. */
  readonly ends?: number;
}
