import { html, type TemplateResult } from 'lit';

/** Addresses as people write them. Only http and https become links; everything else stays text. */
const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'`\u200E\u200F\u202A-\u202E\u2066-\u2069]{2,2000}/giu;
/** Punctuation that ends the sentence, not the address. */
const TRAILING = /[.,;:!?)\]}»”’]+$/u;

/**
 * `text` with its web addresses as links. A link says exactly where it goes: the host is shown as the browser will
 * contact it (punycode, without a user name that would pose as a host).
 */
export function linked(text: string, newTab: string): (TemplateResult | string)[] {
  const pieces: (TemplateResult | string)[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = match[0].replace(TRAILING, '');
    const url = parse(shown);
    if (!url) continue;
    pieces.push(text.slice(at, match.index));
    pieces.push(
      html`<a href=${url.href} target="_blank" rel="noopener noreferrer nofollow" title="${url.host}, ${newTab}"
        ><bdi>${label(shown, url)}</bdi></a
      >`,
    );
    at = match.index + shown.length;
  }
  pieces.push(text.slice(at));
  return pieces;
}

function parse(address: string): URL | undefined {
  try {
    const url = new URL(/^https?:/iu.test(address) ? address : `https://${address}`);
    return (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password ? url : undefined;
  } catch {
    return undefined;
  }
}

/** As written, unless the host was written in a way that reads differently from what will be contacted. */
function label(shown: string, url: URL): string {
  return shown.toLowerCase().includes(url.host) ? shown : url.href;
}
