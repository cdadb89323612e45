const FOUND = /(^#?|[&?])sm-key=([^&]*)/;
/** What came with the page's address is the page's: every element with `key-source="link"` on it may use it. */
let fromPage: string | undefined;

/** `fragment` without our parameter, everything else as it was, and what the parameter said. */
export function takeFromFragment(fragment: string): { readonly rest: string; readonly value: string | undefined } {
  const match = FOUND.exec(fragment);
  if (!match) return { rest: fragment, value: undefined };
  const before = fragment.slice(0, match.index);
  const after = fragment.slice(match.index + match[0].length);
  const mark = match[1] ?? '';
  // `&` belongs to our parameter; `#` and `?` introduce what else is there.
  const rest = mark === '&' ? before + after : before + mark + after.replace(/^&/, '');
  return { rest: rest === '#' || rest === '?' ? '' : rest, value: match[2] };
}

/** Takes the secret out of the address bar, at once; only our parameter leaves it. Answers whether there was one. */
export function takeFromAddressBar(): boolean {
  const { rest, value } = takeFromFragment(location.hash);
  if (value === undefined) return false;
  history.replaceState(history.state, '', location.pathname + location.search + rest);
  fromPage = value;
  return true;
}

/** The secret that came with the page's address last, as it stood there. */
export function secretFromPage(): string | undefined {
  return fromPage;
}
