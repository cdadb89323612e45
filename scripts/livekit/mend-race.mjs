/**
 * livekit-client sends its first offer with the request to join, and sets it as its local description when the answer is
 * there. Meanwhile it holds back other offers, but ends that a moment before the first one is set: an offer begun in
 * between names sections that do not exist yet, the browser refuses it, and the connection is thrown away and built anew.
 * Whoever sends something as soon as signalling stands hits that moment, on a busy machine often. Here it ends after.
 */
const RACE =
  /(const initialOffer = this\.pendingInitialOffer;\s+)this\.pendingInitialOffer = undefined;([^}]+\}\);[^}]+)((?:await|yield) this\.setMungedSDP\(initialOffer, .+\);)/g;

/**
 * @param {string} code of the module that has LiveKit's `PCTransport`, as TypeScript or compiled
 * @returns {string} the same lines
 * @throws Error when it is written in another way
 */
export function mendRace(code) {
  let found = 0;
  const mended = code.replace(RACE, (_, before, between, sets) => {
    found++;
    return `${before}${between}try { ${sets} } finally { this.pendingInitialOffer = undefined; }`;
  });
  if (found !== 1) throw new Error(`livekit-client applies its first offer in another way: ${found} places found`);
  return mended;
}
