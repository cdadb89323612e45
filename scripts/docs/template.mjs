import { NAV } from './nav.mjs';

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * One page.
 * @param {{ name: string, title: string, body: string, demo: boolean }} page
 * @param {ReadonlyMap<string, string>} titles of all pages, by name
 */
export function page({ name, title, body, demo }, titles) {
  const entry = (each) =>
    `<li><a href="${each}.html"${each === name ? ' aria-current="page"' : ''}>${escape(titles.get(each))}</a></li>`;
  const groups = NAV.map(([group, names]) => `<h2>${group}</h2><ul>${names.map(entry).join('')}</ul>`).join('\n');
  const order = NAV.flatMap(([, names]) => names);
  const next = order[order.indexOf(name) + 1];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${escape(title)}${name === 'index' ? '' : ' · secure-meeting'}</title>
<link rel="icon" href="data:," />
<link rel="stylesheet" href="site.css" />
${demo ? '<script type="module" src="demo/design.js"></script>' : ''}
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header class="top">
<a class="home" href="index.html"><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7.5" /><circle class="dot" cx="10" cy="10" r="2.5" /></svg>secure-meeting</a>
<details class="menu"><summary>Pages</summary><nav aria-label="Pages">${groups}</nav></details>
</header>
<div class="columns">
<nav class="side" aria-label="Documentation">${groups}</nav>
<main id="content" tabindex="-1">
${body}${next ? `<p class="next"><a href="${next}.html">Next: ${escape(titles.get(next))}</a></p>` : ''}
</main>
</div>
</body>
</html>
`;
}
