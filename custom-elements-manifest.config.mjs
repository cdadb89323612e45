/** What `node scripts/build.mjs` writes to `dist/custom-elements.json`. */

/** What the browser and Lit call. */
const LIFECYCLE = new Set(['connectedMoveCallback']);

/**
 * Keeps what a page may use: private and protected members, what the browser calls, events that only code names, and
 * attributes of HTML itself are not that.
 */
const publicOnly = {
  name: 'public-only',
  packageLinkPhase({ customElementsManifest }) {
    for (const module of customElementsManifest.modules)
      for (const declaration of module.declarations ?? []) {
        declaration.members = declaration.members?.filter(
          ({ name, privacy, inheritedFrom }) =>
            !name.startsWith('#') && (privacy ?? 'public') === 'public' && !inheritedFrom && !LIFECYCLE.has(name),
        );
        // `@fires` names them with a description; what the analyzer found in `dispatchEvent(…)` has none.
        declaration.events = declaration.events?.filter(({ name, description }) => name && description);
      }
    customElementsManifest.modules = customElementsManifest.modules
      .map((module) => ({
        ...module,
        declarations: (module.declarations ?? []).filter((declaration) => declaration.customElement),
        exports: (module.exports ?? []).filter(({ kind }) => kind === 'custom-element-definition'),
      }))
      .filter(({ declarations, exports }) => declarations.length + exports.length > 0);
  },
};

export default {
  globs: ['src/elements/**/*.ts', 'src/define/*.ts'],
  litelement: true,
  packagejson: false,
  plugins: [publicOnly],
};
