import { toBase64Url } from '../../base/index.js';
import { tokenProofMessage, type TokenProof } from '../../crypto/index.js';
import type { Prover } from '../token.js';
import type { TokenRequest } from '../types.js';
import type { Refused } from './request.js';

/** Shows that a guest's identity was this key's before (protocol, section 8). @throws RangeError */
export async function prove(
  ik: Prover['ik'],
  proof: TokenProof,
): Promise<Pick<TokenRequest, 'deviceKeyProof' | 'deviceKeyTime'>> {
  return { deviceKeyProof: toBase64Url(await ik.sign(tokenProofMessage(proof))), deviceKeyTime: proof.time };
}

/**
 * The request anew after `proof-required`: with the proof that was asked for or, where none is to be made, as somebody
 * new; undefined when it was somebody new who asked.
 */
export async function asProved(
  request: TokenRequest,
  refused: Refused,
  endpoint: string,
  { ik, issuer: only }: Prover,
): Promise<TokenRequest | undefined> {
  const { identity, deviceKeyProof: _, deviceKeyTime: __, ...somebodyNew } = request;
  const { issuer, time } = refused;
  if (identity === undefined) return undefined;
  if (typeof issuer !== 'string' || typeof time !== 'number') return somebodyNew;
  // A proof for another site's backend would let whoever asks for it take our place there.
  if (!(only ? (await only()) === issuer : !refused.redirected && isOwn(issuer, endpoint))) return somebodyNew;
  try {
    return { ...somebodyNew, identity, ...(await prove(ik, { issuer, room: request.room, identity, time })) };
  } catch (error) {
    // A time or a name out of bounds.
    if (error instanceof RangeError) return somebodyNew;
    throw error;
  }
}

/** Whether `issuer` is of the token endpoint's own origin. */
function isOwn(issuer: string, endpoint: string): boolean {
  try {
    const base = typeof document === 'undefined' ? undefined : document.baseURI;
    return new URL(issuer).origin === new URL(endpoint, base).origin;
  } catch {
    return false;
  }
}
