/** Markdown as the documentation writes it, to HTML. */
import { Marked } from 'marked';
import path from 'node:path';

const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** As GitHub makes them, so that links work in both places. */
const slug = (text) =>
  text
    .toLowerCase()
    .replace(/<[^>]*>/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

/** What stands where a page has `<!-- demo: … -->`. */
const DEMOS = {
  meeting: '<secure-meeting class="demo" room="Weekly" token-endpoint="/token"></secure-meeting>',
  prejoin:
    '<secure-meeting class="demo brand" room="Weekly" token-endpoint="/token" data-screen="prejoin"></secure-meeting>',
};

/**
 * @param {string} text @param {ReadonlySet<string>} pages names of all pages, without `.md`
 * @returns {{ title: string, body: string, demo: boolean }}
 */
export function render(text, pages) {
  const seen = new Map();
  let title = '';
  let demo = false;
  let tables = 0;
  const unique = (heading) => {
    const id = slug(heading);
    const count = seen.get(id) ?? 0;
    seen.set(id, count + 1);
    return count === 0 ? id : `${id}-${count}`;
  };
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth, text: raw }) {
        const inner = this.parser.parseInline(tokens);
        if (depth === 1) {
          title = raw.replaceAll('`', '');
          return `<h1>${inner}</h1>\n`;
        }
        const id = unique(raw);
        return `<h${depth} id="${id}"><a class="anchor" href="#${id}">${inner}</a></h${depth}>\n`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const to = address(href, pages);
        // What is not part of the site stands in the repository: its name is enough.
        return to === undefined ? inner : `<a href="${escape(to)}">${inner}</a>`;
      },
      // Wide ones scroll by themselves, for the keyboard too, instead of the page.
      table(token) {
        const german = token.header.findIndex(({ text: head }) => head === 'auf Deutsch');
        const row = (tag) => (cell, index) => {
          const inner = this.parser.parseInline(cell.tokens);
          const name = tag === 'th' && inner !== '' ? 'th' : 'td';
          return `<${name}${name === 'th' ? ' scope="col"' : ''}${index === german ? ' lang="de"' : ''}>${inner}</${name}>`;
        };
        const head = `<tr>${token.header.map(row('th')).join('')}</tr>`;
        const body = token.rows.map((each) => `<tr>${each.map(row('td')).join('')}</tr>`).join('\n');
        return `<div class="wide" role="region" aria-label="Table ${++tables}" tabindex="0"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>\n`;
      },
      code({ text: source, lang }) {
        return `<pre tabindex="0" data-language="${escape(lang ?? '')}"><code>${escape(source)}</code></pre>\n`;
      },
      html({ text: source }) {
        const [, name] = /^<!-- demo: (\w+) -->\s*$/.exec(source) ?? [];
        if (!(name in DEMOS)) throw new Error(`HTML in the documentation: ${source}`);
        demo = true;
        return `${DEMOS[name]}\n`;
      },
    },
  });
  const body = marked.parse(text);
  if (!title) throw new Error('a page without a heading');
  return { title, body, demo };
}

/** Where a link leads on the site; undefined for a file that is not on it. */
function address(href, pages) {
  if (/^[a-z]+:/.test(href) || href.startsWith('#')) return href;
  const [file, anchor] = href.split('#');
  const { dir, name, ext } = path.posix.parse(file);
  if (dir !== '' || ext !== '.md' || !pages.has(name)) return undefined;
  return `${name}.html${anchor === undefined ? '' : `#${anchor}`}`;
}
