/** What `node scripts/build.mjs` writes to `dist/custom-elements.json`. */

/** Keeps what a page may use: private and protected members, and events the analyzer could not name, are not that. */
const publicOnly = {
  name: 'public-only',
  packageLinkPhase({ customElementsManifest }) {
    for (const module of customElementsManifest.modules)
      for (const declaration of module.declarations ?? []) {
        declaration.members = declaration.members?.filter(
          ({ name, privacy, inheritedFrom }) =>
            !name.startsWith('#') && (privacy ?? 'public') === 'public' && !inheritedFrom,
        );
        declaration.events = declaration.events?.filter(({ name }) => name);
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
