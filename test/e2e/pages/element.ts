/** A page of a host site: one tag, and what its visitor does with it. */
import { define } from '../../../src/define/index.js';
import type { SecureMeeting } from '../../../src/elements/index.js';
import type { ErrorDetail, MeetingSession, ModerationAction, SessionState } from '../../../src/session/types.js';

define();

let element: SecureMeeting;
const facts: { readonly type: string; readonly detail: unknown }[] = [];

/** Finds through open shadow roots. */
function deep(root: ParentNode, selector: string): HTMLElement | null {
  const found = root.querySelector<HTMLElement>(selector);
  if (found) return found;
  for (const each of root.querySelectorAll('*')) {
    const inner = each.shadowRoot && deep(each.shadowRoot, selector);
    if (inner) return inner;
  }
  return null;
}
const find = (selector: string): HTMLElement | null => deep(element.shadowRoot as ShadowRoot, selector);

let joined: string | undefined;

/** What is asked of the session; answers the code of what went wrong. */
async function wish(run: (session: MeetingSession) => Promise<unknown>): Promise<string> {
  if (!element.session) return 'no session';
  return run(element.session).then(
    () => '',
    (error: unknown) => (error as ErrorDetail).code,
  );
}

/** Types into a field and sends its form. */
function write(selector: string, text: string): boolean {
  const field = find(selector) as HTMLInputElement | HTMLTextAreaElement | null;
  if (!field) return false;
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  field.form?.requestSubmit();
  return true;
}

const api = {
  /** Puts up the tag. `user`: how the site knows this visitor. */
  open(attributes: Readonly<Record<string, string>>, user: string | undefined): void {
    element = document.createElement('secure-meeting');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (user !== undefined) element.requestInit = () => ({ headers: { authorization: `Demo ${user}` } });
    for (const type of ['joined', 'left', 'error', 'encryption-violation', 'verification-required'] as const)
      element.addEventListener(type, (event) => facts.push({ type, detail: event.detail }));
    document.body.append(element);
  },
  /** Begins to join; how it ended is told by `joined`. */
  join(): void {
    joined = undefined;
    element.join().then(
      () => (joined = ''),
      (error: unknown) => (joined = (error as ErrorDetail).code),
    );
  },
  joined: (): string | null => joined ?? null,
  phase: (): string => element.phase,
  state: (): SessionState | null => element.session?.state ?? null,
  facts: () => facts,
  sees: (selector: string): boolean => find(selector) !== null,
  /** The words of what is on the screen. */
  reads: (selector: string): string => find(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? '',
  answer: (name: string, text: string): boolean => write(`input[name=${name}]`, text),
  click(selector: string): boolean {
    const found = find(selector);
    found?.click();
    return found !== null;
  },
  /** Chooses in a list, or types into a field, without sending anything. */
  fill(selector: string, value: string): boolean {
    const field = find(selector) as HTMLInputElement | null;
    if (!field) return false;
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  },
  /** Clicks what shows these words or has them as its name, if it shows. */
  press(words: string): boolean {
    const within = (from: ParentNode): HTMLElement | null => {
      for (const each of from.querySelectorAll<HTMLElement>('*')) {
        const inner = each.shadowRoot && within(each.shadowRoot);
        if (inner) return inner;
        if (!each.matches('button, a') || !each.checkVisibility()) continue;
        const name = (each.getAttribute('aria-label') ?? each.textContent ?? '').replace(/[\u2068\u2069]/g, '');
        if (name.replace(/\s+/g, ' ').trim().startsWith(words)) return each;
      }
      return null;
    };
    const found = within(element.shadowRoot as ShadowRoot);
    found?.click();
    return found !== null;
  },
  write,
  /** Chooses a file of so many bytes. */
  pick(name: string, size: number): boolean {
    const field = find('input[type=file]') as HTMLInputElement | null;
    if (!field) return false;
    const chosen = new DataTransfer();
    chosen.items.add(new File([new Uint8Array(size).fill(7)], name, { type: 'application/octet-stream' }));
    field.files = chosen.files;
    field.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  },
  /** Bytes of a file that was received whole; 0 before. */
  received: (id: string): number => element.session?.receivedFile(id)?.size ?? 0,
  /** The direction in which the words of the meeting run. */
  direction: (): string => getComputedStyle(find('.frame') as HTMLElement).direction,
  /** Ticks the box beside these words. */
  tick(words: string): boolean {
    const panel = find('secure-meeting-report')?.shadowRoot;
    const label = [...(panel?.querySelectorAll('label') ?? [])].find((one) => one.textContent?.includes(words));
    label?.click();
    return !!label;
  },
  plays: (selector: string): boolean => ((find(selector) as HTMLVideoElement | null)?.videoWidth ?? 0) > 0,
  camera: (on: boolean): Promise<string> => wish((session) => session.setCamera(on)),
  say: (words: string): Promise<string> => wish((session) => session.sendChat(words)),
  moderate: (action: ModerationAction): Promise<string> => wish((session) => session.moderate(action)),
  leave: (): Promise<void> => element.leave(),
  /** Everything a script of the page or an extension could read of the document. */
  document: (): string =>
    document.documentElement.outerHTML + location.href + JSON.stringify(Object.entries(localStorage)),
};
export type ElementPage = typeof api;
Object.assign(globalThis, { api });
