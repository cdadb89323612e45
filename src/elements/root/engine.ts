import type { ErrorCode } from '../../base/error-codes.js';
import { SecureMeetingError } from '../../base/errors.js';
import { DEFAULT_PROVIDER } from '../../keys/default-provider.js';
import type { MeetingSession, SessionOptions } from '../../session/types.js';
import { Access, type Asked } from './access.js';
import { AT_JOIN } from './at-join.js';
import type { Words } from '../../i18n/index.js';
import { loadPart } from '../parts.js';
import { readFeatures } from './features.js';
import type { Language } from './language.js';
import type { SecureMeeting } from './secure-meeting.js';
import { secretFromPage } from './link-fragment.js';
import { LinkSecret, withSecret } from './link-secret.js';
import { nameProblem, roomProblem } from './problems.js';
import { NAME_KEY } from './remembered-name.js';
import type { SessionHost } from './session-host.js';

/** What the element keeps to itself: its secrets, and how it asks for one. */
export interface EngineHost {
  readonly element: SecureMeeting;
  readonly sessions: SessionHost;
  readonly language: Language;
  readonly token: () => string | undefined;
  readonly passphrase: () => string | undefined;
  /** The name that was typed, else `display-name`. */
  readonly name: () => string;
  readonly setName: (name: string) => void;
  readonly guest: () => string;
  readonly setPassphrase: (passphrase: string) => void;
  /** Shows a question in the place of the first screen, or takes it away. */
  readonly ask: (asked: Asked | undefined) => void;
  /** The error in force. */
  readonly problem: () => string | undefined;
  /** Runs a wish on the session, and says what goes wrong. */
  readonly run: (wish: (session: MeetingSession) => unknown) => Promise<void>;
  /** Tells the developer. */
  readonly report: (code: ErrorCode, message: string) => void;
}

/** Makes sessions from attributes and properties and joins: what is not needed until somebody acts. */
export class Engine {
  readonly #host: EngineHost;
  readonly #link = new LinkSecret();
  #made: SessionOptions | undefined;
  #making: Promise<MeetingSession> | undefined;
  #prepared: Promise<(() => void) | undefined> | undefined;
  /** Aborted when the element is gone from the page: what is still on its way to a session must not arrive. */
  #gone = new AbortController();

  /** What is asked of a person before they are let in. */
  readonly access: Access;

  constructor(host: EngineHost) {
    this.#host = host;
    this.access = new Access(host.element, host.ask);
  }

  /** The element was taken out of the page: its own session ends, also one that is only being made. */
  async end(): Promise<void> {
    const { sessions } = this.#host;
    this.#gone.abort();
    this.#gone = new AbortController();
    void this.#prepared?.then((release) => release?.());
    this.#prepared = undefined;
    if (sessions.own) await sessions.end();
  }

  /** Somebody is about to join: what that takes is loaded and started meanwhile. What fails, the join tells. */
  prepare(): void {
    // Whoever pays by the byte loads what they use.
    const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
    if (this.#prepared || connection?.saveData) return;
    this.#prepared = Promise.all([import('./create-session.js'), this.#options()]).then(
      ([{ SecureMeetingSession }, options]) => SecureMeetingSession.prepare(options),
      () => undefined,
    );
    for (const more of [loadPart('live'), this.#host.language.complete()]) more.catch(() => undefined);
  }

  /** Properties changed while there is a meeting. */
  changed(names: Pick<ReadonlyMap<PropertyKey, unknown>, 'has'>): void {
    const { element, report, run } = this.#host;
    for (const name of AT_JOIN) if (names.has(name)) report('config-locked', `${name} is read when joining`);
    if (names.has('quality')) void run((session) => session.setQuality(element.quality));
    if (names.has('displayName') && element.displayName)
      void run((session) => session.setDisplayName(element.displayName));
  }

  /** Opens the menu of a kind of devices. @throws SecureMeetingError `load-failed` */
  async chooseDevice(kind: MediaDeviceKind, button: HTMLElement, session: MeetingSession): Promise<void> {
    const { language } = this.#host;
    if (button.getAttribute('aria-expanded') === 'true') return;
    await Promise.all([loadPart('devices'), language.complete()]).catch((cause: unknown) => {
      throw new SecureMeetingError('load-failed', { cause });
    });
    const { openDeviceMenu } = await import('../menu/device-menu.js');
    const { features } = this.#host.element;
    openDeviceMenu(button, kind, session, language.words as Words, readFeatures(features).shown.has('blur'));
  }

  /** @throws SecureMeetingError `config-room-…` */
  async createInvitation(url: string): Promise<string> {
    const { element, sessions } = this.#host;
    const { room, encryption } = element;
    const use = encryption === 'off' ? 'unused' : linkUse(element);
    const plain = new URL(url, location.href).href;
    if (use === 'unused') return plain;
    const problem = roomProblem(room);
    if (problem) throw new SecureMeetingError(problem);
    if (use === 'needed') return withSecret(url, await this.#link.make(room));
    // Whoever is invited has to hold what this meeting is held with: no more, no less.
    const secret = sessions.own && sessions.active ? secretOf(this.#made) : await this.#link.get(room);
    return secret ? withSecret(url, secret) : plain;
  }

  /**
   * The session there is, if it is the page's, or busy, or made from the same options; else a new one.
   * @throws SecureMeetingError `load-failed` when the session's code can't be loaded, `config-…` from its constructor.
   */
  async session(): Promise<MeetingSession> {
    const { sessions } = this.#host;
    const gone = this.#gone.signal;
    while (this.#making) await this.#making.catch(() => undefined);
    const current = sessions.session;
    if (current && (!sessions.own || sessions.active)) return current;
    const options = await this.#options();
    if (current && same(this.#made, options)) return current;
    this.#making = this.#make(options, gone);
    try {
      return await this.#making;
    } finally {
      this.#making = undefined;
    }
  }

  async #make(options: SessionOptions, gone: AbortSignal): Promise<MeetingSession> {
    const { sessions } = this.#host;
    const before = sessions.state;
    await sessions.end();
    const { SecureMeetingSession } = await import('./create-session.js').catch((error: unknown) => {
      throw new SecureMeetingError('load-failed', { cause: error });
    });
    if (gone.aborted) throw new SecureMeetingError('room-not-joined');
    const session = new SecureMeetingSession(options);
    this.#made = options;
    sessions.use(session, true);
    // A preview that was on stays on, although the session behind it is another one.
    if (before?.phase === 'idle') {
      if (before.quality !== session.state.quality) await session.setQuality(before.quality).catch(() => undefined);
      // First: nobody who asked for blur is seen without it.
      if (before.blur !== session.state.blur) await session.setBlur(before.blur !== 'off').catch(() => undefined);
      if (before.self.microphone) await session.setMicrophone(true).catch(() => undefined);
      if (before.self.camera || before.blur === 'loading') await session.setCamera(true).catch(() => undefined);
    }
    return session;
  }

  /** @throws SecureMeetingError */
  async join(signal: AbortSignal | undefined): Promise<void> {
    const { element, sessions, passphrase } = this.#host;
    // Too late for it.
    this.#prepared ??= Promise.resolve(undefined);
    if (!sessions.session || sessions.own) {
      const problem =
        roomProblem(element.room) ??
        (hasTokenSource(element, this.#host.token()) ? undefined : 'config-token-source-missing');
      if (problem) throw new SecureMeetingError(problem);
      const name = this.#host.name() || (element.skipPrejoin ? this.#host.guest() : '');
      const wrong = nameProblem(name);
      if (wrong) throw new SecureMeetingError(wrong);
      this.#host.setName(name);
      if (name !== element.displayName && !element.skipPrejoin) rememberName(name);
      if (element.encryption === 'required') {
        const { keySource } = element;
        if (byLeader(element) && keySource !== 'link')
          throw new SecureMeetingError('config-invalid', {
            message: `key-source="${keySource}" needs key-provider="passphrase"`,
          });
        if (element.keyProvider === 'passphrase' && keySource === 'prompt' && passphrase() === undefined)
          await this.#askPassphrase(signal);
      }
    }
    const session = await this.session();
    const name = this.#host.name();
    if (name && session.state.self.name !== name) await session.setDisplayName(name);
    await session.join(signal ? { signal } : {});
  }

  /** Asks for the passphrase until it is answered; going back ends the join. */
  async #askPassphrase(signal: AbortSignal | undefined): Promise<void> {
    const secret = await this.access.passphrase(this.#host.problem() === 'key-wrong', signal);
    if (!secret) throw new SecureMeetingError('key-missing');
    this.#host.setPassphrase(secret);
  }

  async #options(): Promise<SessionOptions> {
    const { element } = this.#host;
    const { room, encryption, quality, startMuted, startCameraOff, skipPrejoin } = element;
    const secret = encryption === 'off' ? undefined : await this.#secret();
    const given = {
      displayName: this.#host.name(),
      tokenEndpoint: element.tokenEndpoint,
      serverUrl: element.serverUrl,
      token: this.#host.token(),
      api: element.api,
      access: this.access.answer,
      keyProvider: element.keyProvider,
      workerSrc: element.workerSrc,
      assetBase: element.assetBase,
      tokenSource: element.tokenSource,
      requestInit: element.requestInit,
      passphrase: secret,
    };
    return {
      room,
      encryption,
      quality,
      // Before the join, the buttons of the first screen decide.
      startMuted: startMuted || !skipPrejoin,
      startCameraOff: startCameraOff || !skipPrejoin,
      ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value)) as Partial<SessionOptions>),
    };
  }

  async #secret(): Promise<SessionOptions['passphrase']> {
    const { element } = this.#host;
    const { keySource, keyProvider, room } = element;
    const passphrase = this.#host.passphrase();
    if (keyProvider === 'passphrase' && keySource !== 'link')
      return passphrase ? { kind: 'phrase', value: passphrase } : undefined;
    const use = linkUse(element);
    if (use === 'unused' || roomProblem(room)) return undefined;
    const value = await this.#link.get(room);
    if (value) return { kind: 'link', value };
    // Without a secret `passphrase` says so itself; `leader` would meet others who have none.
    const cutOff = secretFromPage() !== undefined;
    if (byLeader(element) && (use === 'needed' || cutOff)) throw new SecureMeetingError('key-missing');
    return undefined;
  }
}

/** A name the page gave is the page's to remember. */
function rememberName(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // Blocked storage: typed again next time.
  }
}

/** Whether the participants make the key among themselves. */
function byLeader({ keyProvider }: SecureMeeting): boolean {
  return (keyProvider || DEFAULT_PROVIDER) === 'leader';
}

/**
 * What the secret in the link is for: `passphrase` is nothing without it; `leader` takes it along when there is one, and
 * asks for it when the page wrote `key-source="link"`; other providers never see it.
 */
function linkUse(element: SecureMeeting): 'needed' | 'welcome' | 'unused' {
  if (element.keySource !== 'link') return 'unused';
  if (element.keyProvider === 'passphrase') return 'needed';
  if (!byLeader(element)) return 'unused';
  return element.hasAttribute('key-source') ? 'needed' : 'welcome';
}

/** Whether the page said where permission to join comes from. */
export function hasTokenSource(element: SecureMeeting, token: string | undefined): boolean {
  return !!(element.tokenSource ?? (element.tokenEndpoint || element.api || (token && element.serverUrl)));
}

/** Whether a session made from `a` serves for `b`. Name and quality change at once and don't count. */
function same(a: SessionOptions | undefined, b: SessionOptions): boolean {
  if (!a) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof SessionOptions>;
  keys.delete('displayName');
  keys.delete('quality');
  for (const key of keys) {
    if (key === 'passphrase' ? secretOf(a) !== secretOf(b) : a[key] !== b[key]) return false;
  }
  return true;
}

function secretOf(options: SessionOptions | undefined): string | undefined {
  const passphrase = options?.passphrase;
  return typeof passphrase === 'object' ? passphrase.value : passphrase;
}
