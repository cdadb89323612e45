/** Gives the bundles the slim livekit-client, which is made once per build. */
import { bundleLiveKit } from './bundle.mjs';

const ID = '\0livekit-client';
let made;
const make = () => (made ??= bundleLiveKit());

/** @returns {import('rollup').Plugin} */
export function slimLiveKit() {
  return {
    name: 'slim-livekit',
    resolveId: (specifier) => (specifier === 'livekit-client' ? ID : null),
    async load(id) {
      if (id !== ID) return null;
      const { code, map } = await make();
      return { code, map, moduleSideEffects: false };
    },
  };
}

/** The files behind a bundled module: for the slim livekit-client all those it was made of. @param {string} id */
export async function filesBehind(id) {
  return id === ID ? (await make()).modules : [id];
}
