import { equal, toBase64Url, type Bytes } from '../../base/index.js';
import { issueCertificate, tokenProofContent, VerifyKey, type Certificate } from '../../crypto/index.js';
import { checkPolicy, checkUser } from '../check-hooks.js';
import { ApiError } from '../http/errors.js';
import { MEDIA_SOURCES, type RoomPolicy, type User } from '../policy.js';
import type { Call, Services } from '../services.js';
import type { LivekitTokens } from './livekit-token.js';
import { findMeeting, recordAdmission, startMeeting, type Meeting, type Standing } from './meetings.js';
import { checkPasscode } from './passcode.js';
import type { TokenAnswer, TokenRequest } from './request.js';
import { isVerified } from '../verification/store.js';

/** Seconds a proof of a device key is good for, either way. */
const PROOF_LIFETIME = 300;

/** `POST /token`. @throws ApiError with the reason somebody does not get in. */
export async function issueToken(
  services: Services,
  tokens: LivekitTokens,
  call: Call,
  body: TokenRequest,
): Promise<TokenAnswer> {
  const { options, database, secrets } = services;
  const room = body.room_name;
  const user = checkUser(await options.authenticate(call.request));
  const policy = checkPolicy(await options.policy({ user, room }));
  if (!policy.admit) throw new ApiError('not-admitted');
  const role = policy.role ?? 'member';

  const now = services.now();
  const userRefs = user ? secrets.refs('user', user.id) : undefined;
  const standing = await findMeeting(
    database,
    room,
    {
      user: userRefs,
      deviceKeyRef: body.device_key && secrets.ref('device-key', body.device_key),
      identity: user ? undefined : body.participant_identity,
      identityRef: body.participant_identity && !user ? secrets.ref('identity', body.participant_identity) : undefined,
    },
    now,
  );
  if (standing?.barred) throw new ApiError('not-admitted');
  const returning = standing ? await identityBefore(services, body, user, standing, now) : undefined;

  if (policy.passcode !== undefined && role !== 'host' && returning === undefined)
    await checkPasscode(services, call, room, policy.passcode, body.passcode);
  if (standing?.meeting.locked && role !== 'host' && returning === undefined) throw new ApiError('room-locked');
  if (standing?.meeting.limit != null && standing.others >= standing.meeting.limit) throw new ApiError('room-full');
  const encryption = standing?.meeting.encryption ?? chooseEncryption(policy, role, body);
  if (body.encryption !== encryption) throw new ApiError('encryption-mismatch');
  if (
    needsVerification(services, policy, user, encryption) &&
    !(userRefs && (await isVerified(database, userRefs, now)))
  )
    throw new ApiError(user ? 'verification-required' : 'not-admitted');

  const meeting =
    standing?.meeting ??
    (await startMeeting(
      database,
      room,
      {
        encryption,
        limit: policy.limit ?? null,
        endsAt: policy.duration === undefined ? null : new Date(now.getTime() + policy.duration * 1000),
      },
      now,
    ));
  // Another copy may have started it the other way between our two statements.
  if (meeting.encryption !== encryption) throw new ApiError('encryption-mismatch');
  const identity = returning ?? newIdentity(services, room, user);
  await recordAdmission(
    database,
    meeting.id,
    { identity, user: userRefs?.[0] ?? null, deviceKey: body.device_key ?? null, role },
    now,
  );

  const certificate = body.device_key && (await certify(services, room, identity, role, body.device_key, meeting, now));
  const token = tokens.issue(
    {
      room,
      identity,
      name: encryption === 'off' ? body.participant_name : undefined,
      sources: policy.sources ?? MEDIA_SOURCES,
      limit: meeting.limit,
    },
    now,
  );
  services.metrics.count('secure_meeting_admissions_total', 'Tokens given out.', { role, encryption });
  return {
    server_url: options.livekit.url,
    participant_token: token,
    identity,
    role,
    encryption,
    time: toSeconds(now),
    ...(certificate && { certificate: toBase64Url(certificate) }),
    ...(meeting.limit !== null && { limit: meeting.limit }),
    ...(meeting.endsAt && { ends: toSeconds(meeting.endsAt) }),
  };
}

function chooseEncryption(policy: RoomPolicy, role: 'host' | 'member', body: TokenRequest): 'required' | 'off' {
  const choice = policy.encryption ?? 'required';
  if (choice !== 'choice') return choice;
  return role === 'host' ? body.encryption : 'required';
}

function needsVerification(
  services: Services,
  policy: RoomPolicy,
  user: User | null,
  encryption: 'required' | 'off',
): boolean {
  // Without the means to verify nobody is asked by default; a policy that insists keeps them out.
  const byDefault = services.options.verification !== undefined;
  return policy.verification ?? (byDefault && encryption === 'required' && user !== null && user.verified !== true);
}

/**
 * The identity this person has in the meeting already: by user, or for a guest by proof of the device key.
 * @throws ApiError `proof-required` when identity and key belong together and no proof of the last minutes came
 */
async function identityBefore(
  services: Services,
  body: TokenRequest,
  user: User | null,
  standing: Standing,
  now: Date,
): Promise<string | undefined> {
  if (user) return standing.userIdentity ?? undefined;
  const { participant_identity: identity, device_key, device_key_proof, device_key_time: time } = body;
  if (identity === undefined || !device_key) return undefined;
  // Who asks for a random identity and names another key than its own is somebody new, as if nobody had it. What follows
  // is told to the guest, and to those who saw identity and key in the meeting: that it is going on, and that this
  // guest is known by this key in it.
  if (!standing.guestKey || !equal(standing.guestKey, device_key)) return undefined;
  const { issuer } = services.options;
  const seconds = toSeconds(now);
  if (!device_key_proof || time === undefined || Math.abs(seconds - time) > PROOF_LIFETIME)
    throw new ApiError('proof-required', { proof: { issuer, time: seconds } });
  const content = tokenProofContent({ issuer, room: body.room_name, identity, time });
  const key = VerifyKey.from(device_key);
  return key && (await key.verifyNatively('token request', device_key_proof, content)) ? identity : undefined;
}

/** `u_` and 22 characters that differ between rooms, or `g_` and random ones: the SFU learns nothing of the site's names. */
function newIdentity(services: Services, room: string, user: User | null): string {
  if (user) return `u_${toBase64Url(services.secrets.identity(room, user.id))}`;
  return `g_${toBase64Url(crypto.getRandomValues(new Uint8Array(16)))}`;
}

async function certify(
  services: Services,
  room: string,
  identity: string,
  role: 'host' | 'member',
  ik: Bytes,
  meeting: Meeting,
  now: Date,
): Promise<Bytes> {
  const issued = toSeconds(now);
  const certificate: Certificate = {
    issuer: services.options.issuer,
    key: services.signing.id,
    room,
    meeting: meeting.id,
    identity,
    role,
    ik,
    encryption: meeting.encryption,
    issued,
    expires: issued + (services.options.certificateLifetime ?? 3600),
    ...(meeting.limit !== null && { limit: meeting.limit }),
    ...(meeting.endsAt && { ends: toSeconds(meeting.endsAt) }),
  };
  return issueCertificate(certificate, (message) => services.signing.sign(message));
}

function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
