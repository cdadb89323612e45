/**
 * Which tab this is. `sessionStorage` outlives a reload, but "duplicate tab" copies it; a Web Lock that the living page
 * holds tells the original from the copy, so that two tabs never return as the same member.
 */
const NAME = 'secure-meeting:tab';

/** Milliseconds a reloaded page waits for the lock of the page it replaces. */
const PATIENCE = 400;

let current: Promise<string | undefined> | undefined;

/** 32 hexadecimal digits, or undefined where there is no session storage. */
export function currentTab(): Promise<string | undefined> {
  return (current ??= find());
}

async function find(): Promise<string | undefined> {
  let storage: Storage;
  try {
    storage = sessionStorage;
    const known = storage.getItem(NAME);
    if (known !== null && /^[0-9a-f]{32}$/.test(known) && (await claim(known))) return known;
    const made = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
    storage.setItem(NAME, made);
    await claim(made);
    return made;
  } catch {
    return undefined;
  }
}

/** Whether this page holds the tab's lock now. It lets go when the page is hidden for good or put into the BFCache. */
async function claim(tab: string): Promise<boolean> {
  if (typeof navigator === 'undefined' || !navigator.locks) return true;
  const got = await new Promise<boolean>((resolve) => {
    navigator.locks
      .request(`${NAME}:${tab}`, { signal: AbortSignal.timeout(PATIENCE) }, () => {
        resolve(true);
        return new Promise<void>((release) => addEventListener('pagehide', () => release(), { once: true }));
      })
      .catch(() => resolve(false));
  });
  if (got) {
    addEventListener(
      'pageshow',
      (event) => {
        if (event.persisted) void claim(tab);
      },
      { once: true },
    );
  }
  return got;
}
