/** The rooms and their doors (ARCHITECTURE.md). TypeScript's references say the same; this also sees cycles and vendors. */
const ROOMS = {
  base: [],
  crypto: ['base'],
  keys: ['base', 'crypto'],
  media: ['base', 'crypto'],
  session: ['base', 'crypto', 'keys'],
  livekit: ['base', 'crypto', 'media', 'session'],
  blur: ['base', 'session'],
  defaults: ['base', 'crypto', 'keys', 'media', 'session', 'livekit', 'blur'],
  events: ['base', 'session'],
  i18n: ['base', 'session'],
  styles: ['base'],
  elements: ['base', 'keys', 'session', 'i18n', 'styles', 'events', 'defaults'],
  define: ['base', 'elements'],
  react: ['elements', 'events', 'define'],
  server: ['base', 'crypto'],
};

const doors = Object.entries(ROOMS).map(([room, open]) => ({
  name: `${room}-doors`,
  comment: `src/${room} may import ${open.length ? open.join(', ') : 'no other room'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...open].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...doors,
    {
      name: 'no-cycle',
      comment: 'Two modules that need each other are one module, or miss a third.',
      severity: 'error',
      from: {},
      // A part that is loaded on use may load others in turn.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    {
      name: 'livekit-behind-its-wall',
      comment: 'Only src/livekit knows the vendor.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(livekit|server)/' },
      to: { path: 'node_modules/(livekit-client|@livekit)/' },
    },
    {
      name: 'defaults-loaded-on-use',
      comment: 'The prejoin must not carry the session: elements import it lazily (or its types only).',
      severity: 'error',
      // The door itself is loaded on use; the barrel is for pages that want the session.
      from: { path: '^src/(elements|define)/', pathNot: '^src/elements/root/create-session\\.ts$' },
      to: { path: '^src/(defaults|livekit)/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'no-dev-dependency-in-src',
      comment:
        'What the package needs must be a dependency of it. LiveKit is compiled into each of its entries, what blur needs into its worker.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(server|livekit|blur)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
    {
      name: 'no-test-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|examples|bench)/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^worker:' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
