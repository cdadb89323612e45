/** The order of the pages; each file of docs/ stands here once. */
export const NAV = [
  ['Begin', ['index', 'getting-started', 'demo', 'comparison']],
  ['Guides', ['embed', 'theme', 'words', 'events', 'session']],
  ['Keys', ['keys', 'write-a-key-provider']],
  ['The site’s server', ['backend', 'operations', 'stored-data']],
  ['Hardening', ['csp', 'pinning', 'browsers', 'dependencies']],
  ['Trouble', ['troubleshooting', 'errors']],
  ['Reference', ['contract', 'accessibility']],
  ['Review', ['protocol', 'threat-model', 'evidence', 'asvs']],
];
