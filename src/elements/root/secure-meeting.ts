import { html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { ErrorCode } from '../../base/error-codes.js';
import { SecureMeetingError } from '../../base/errors.js';
import { FactEvent, LeaveRequestEvent, WishEvent, type SecureMeetingEventMap } from '../../events/index.js';
import { firstWords, type FirstWords, type Messages, type Words } from '../../i18n/index.js';
import type { KeyMaterial, KeyProvider, KeyProviderFactory, SecurityCode } from '../../keys/key-provider.js';
import type {
  Capabilities,
  EncryptionStateDetail,
  ErrorDetail,
  MeetingSession,
  Phase,
  SessionFacts,
  TokenSource,
} from '../../session/types.js';
import { base } from '../../styles/base.js';
import { sealFirst } from '../../styles/seal-first.js';
import { tokens } from '../../styles/tokens.js';
import { sessionContext, wordsContext } from '../context.js';
import type { ActEvent } from '../act.js';
import { FirstElement } from '../first-element.js';
import { hasPart, loadPart, type PartGroup } from '../parts.js';
import { Provider } from '../provider.js';
import { drawn } from '../seal/mark-first.js';
import { firstShape } from '../seal/shape-first.js';
import type { Asked } from './access.js';
import type { Engine } from './engine.js';
import { capabilitiesOf, IDLE } from './idle.js';
import { Language } from './language.js';
import { takeFromAddressBar } from './link-fragment.js';
import { CHOICES, SECRETS } from './options.js';
import { rememberedName } from './remembered-name.js';
import { rootStyle } from './root-style.js';
import { SessionHost } from './session-host.js';

/** Properties with a setter of their own; set before the upgrade, they are taken over. */
const OWN = [...SECRETS, 'session', 'messages'] as const;
/** Milliseconds an element may be out of the document and still count as moved. */
const MOVE = 250;

export type ElementPhase = Phase | 'prejoin' | 'passcode' | 'verification';

/**
 * An end-to-end encrypted meeting, one tag. What stands here is checked against the code, and becomes docs/contract.md.
 *
 * @tag secure-meeting
 * @fires {FactEvent} encryption-state - who is proved, and whether the meeting is
 * @fires {FactEvent} encryption-violation - something was refused: not shown, not played
 * @fires {FactEvent} security-code - the code to compare is here, or is another one
 * @fires {FactEvent} joined - this participant is in the meeting
 * @fires {FactEvent} left - this participant is out of it, and why
 * @fires {FactEvent} participant-joined - somebody else came
 * @fires {FactEvent} participant-left - somebody else is gone, and why
 * @fires {FactEvent} connection-state - the connection to the server changed
 * @fires {FactEvent} media-state - what is really on: microphone, camera, screen
 * @fires {FactEvent} key-request - `external`: give a key by `setKey`; open until answered
 * @fires {FactEvent} verification-required - the site asks for a phone number; cancelable: then the page shows its own
 * @fires {FactEvent} error - something went wrong; cancelable: then nothing is shown
 * @fires {WishEvent} join-request - a button was pressed; cancelable
 * @fires {LeaveRequestEvent} leave-request - a button was pressed; cancelable
 * @fires {WishEvent} invite-request - a button was pressed; cancelable
 *
 * @slot header-start - after the seal
 * @slot header-end - before the buttons of the view
 * @slot stage-empty - instead of what stands there while nobody else is here
 * @slot stage-overlay - over the pictures
 * @slot toolbar - instead of the toolbar
 * @slot toolbar-start - before the tools
 * @slot toolbar-end - after the tools, before Leave
 * @slot panel - beside the stage while no panel of ours is open
 * @slot settings-end - at the end of the settings
 * @slot privacy-end - at the end of the privacy panel
 * @slot prejoin - instead of the first screen
 * @slot prejoin-end - below the first screen's button
 * @slot waiting - instead of the screen while knocking
 * @slot verification - instead of the questions of the site's backend, and of the prompt for a passphrase
 * @slot left - instead of the screen after leaving
 * @slot failed - instead of the screen after a failure
 *
 * @csspart frame - the whole
 * @csspart header - the line above the pictures
 * @csspart room - the room's name
 * @csspart time-left - how long the site lets the meeting last
 * @csspart seal - the mark with its word, of the meeting and of a person; `encrypted`, `verified`, `degraded`, `violated`, `off`
 * @csspart alert - the bar that says what was blocked
 * @csspart notice - a line that says something is worth knowing
 * @csspart stage - where the pictures are
 * @csspart tile - one person or screen; `speaking`, `muted`, `local`, `blank`, `share`
 * @csspart tile-label - the name on a tile
 * @csspart tile-video - the picture of a tile
 * @csspart toolbar - the bar with the tools
 * @csspart toolbar-area - the element around it, for its place in the layout
 * @csspart tool - a button of the toolbar or the first screen; `off`, `open`, `unheard`
 * @csspart tool-leave - the button to leave
 * @csspart panel - chat, people, privacy, settings
 * @csspart panel-header - its heading and its button to close
 * @csspart panel-body - what scrolls in it
 * @csspart row - a person in the list
 * @csspart message - a message of the chat; `local`, `private`
 * @csspart message-text - what it says
 * @csspart file - a file that is offered
 * @csspart file-preview - its picture
 * @csspart code - a group of the security code; `checked`
 * @csspart code-answer - *They match* and *They differ*
 * @csspart menu - a menu
 * @csspart menu-item - an entry of a menu; `checked`
 * @csspart toasts - where sentences appear for a moment
 * @csspart toast - one of them
 * @csspart reactions - where reactions rise
 * @csspart reaction - one of them
 * @csspart prejoin-screen - the first screen
 * @csspart prejoin-preview - one's own picture on it
 * @csspart prejoin-devices - its buttons for devices
 * @csspart prejoin-name - the field for the name
 * @csspart prejoin-join - the button to join
 * @csspart prejoin-privacy - the line that says what kind of privacy this is
 * @csspart screen - any other screen: waiting, left, failed, passcode, verification
 * @csspart screen-title - its heading
 * @csspart button - a button
 * @csspart button-primary - the button of what one most likely wants
 * @csspart meter - the level of the microphone
 *
 * @cssprop [--secure-meeting-accent] - the host's colour: main buttons, focus, who speaks
 * @cssprop [--secure-meeting-on-accent] - text on it
 * @cssprop [--secure-meeting-accent-soft] - a trace of it, behind what is chosen
 * @cssprop [--secure-meeting-canvas] - behind everything
 * @cssprop [--secure-meeting-surface] - bars, panels, fields
 * @cssprop [--secure-meeting-raised] - menus and toasts
 * @cssprop [--secure-meeting-tile] - a tile without a picture
 * @cssprop [--secure-meeting-text] - text
 * @cssprop [--secure-meeting-text-muted] - text of less weight
 * @cssprop [--secure-meeting-line] - lines that divide
 * @cssprop [--secure-meeting-control-line] - lines around fields and buttons
 * @cssprop [--secure-meeting-fill] - a button's ground
 * @cssprop [--secure-meeting-fill-hover] - the same under the pointer
 * @cssprop [--secure-meeting-fill-pressed] - the same, pressed
 * @cssprop [--secure-meeting-round=1] - factor of every radius; 0 is square
 * @cssprop [--secure-meeting-unit=0.25em] - a quarter of the text's size: every distance counts in it
 * @cssprop [--secure-meeting-font=inherit] - the font
 * @cssprop [--secure-meeting-font-code] - the font of keys on a keyboard
 * @cssprop [--secure-meeting-shadow] - the shadow of menus and toasts
 *
 * @cssstate prejoin - the first screen
 * @cssstate passcode - a passcode or passphrase is asked for
 * @cssstate verification - a phone number is asked for
 * @cssstate connecting - joining
 * @cssstate knocking - waiting to be let in
 * @cssstate joined - in the meeting
 * @cssstate reconnecting - in the meeting, the connection is being repaired
 * @cssstate left - out of the meeting
 * @cssstate failed - joining failed, or the meeting broke
 * @cssstate idle - in no meeting
 * @cssstate off - in one without end-to-end encryption
 * @cssstate waiting - alone, or nobody proved yet
 * @cssstate encrypted - every member proved
 * @cssstate verified - and the code was compared
 * @cssstate degraded - a member's media can't be proved and is blanked
 * @cssstate violated - something was refused
 */
export class SecureMeeting extends FirstElement {
  static override styles = [base, sealFirst, tokens, rootStyle];
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...SECRETS, 'lang'];
  }

  /** Written out, not decorated: the first screen is counted in bytes. */
  static override properties: PropertyDeclarations = {
    room: {},
    tokenEndpoint: { attribute: 'token-endpoint' },
    serverUrl: { attribute: 'server-url' },
    api: {},
    displayName: { attribute: 'display-name' },
    keyProvider: { attribute: 'key-provider' },
    keySource: { attribute: 'key-source' },
    encryption: {},
    quality: {},
    theme: {},
    layout: {},
    features: {},
    shortcuts: {},
    startMuted: { type: Boolean, attribute: 'start-muted' },
    startCameraOff: { type: Boolean, attribute: 'start-camera-off' },
    skipPrejoin: { type: Boolean, attribute: 'skip-prejoin' },
    workerSrc: { attribute: 'worker-src' },
    assetBase: { attribute: 'asset-base' },
    mode: {},
    frameSrc: { attribute: 'frame-src' },
    tokenSource: { attribute: false },
    requestInit: { attribute: false },
    tileTag: { attribute: false },
  };

  /** 1–128 characters, no control characters. */
  declare room: string;
  /** LiveKit's token endpoint; `/token` under `api` when only that is set. */
  declare tokenEndpoint: string;
  /** LiveKit's address, for `token`. */
  declare serverUrl: string;
  /** Base address of the site's backend, if it has one. */
  declare api: string;
  /** The name the others see; asked for on the first screen, "Guest" with `skip-prejoin`. */
  declare displayName: string;
  /** `leader` (when empty), `passphrase`, `external` or a registered name; as a property also a provider or a factory. */
  declare keyProvider: string | KeyProvider | KeyProviderFactory;
  /** Where the secret comes from: the invitation, a prompt, or the property `passphrase`. */
  declare keySource: 'link' | 'prompt' | 'property';
  /** `off` turns it off for the whole meeting; everyone sees that. */
  declare encryption: 'required' | 'off';
  /** `saver`: small pictures; `audio`: none, either way. */
  declare quality: 'auto' | 'saver' | 'audio';
  /** `auto` follows the `color-scheme` in force where the tag stands. */
  declare theme: 'auto' | 'light' | 'dark';
  /** How the pictures are arranged; people can change it for themselves. */
  declare layout: 'auto' | 'grid' | 'speaker';
  /** Words for what is shown; only `no-…` words subtract from all. It hides and grants nothing. */
  declare features: string;
  /** `focus`: while focus is inside. */
  declare shortcuts: 'focus' | 'off';
  /** Wins over the remembered choice. */
  declare startMuted: boolean;
  /** Wins over the remembered choice. */
  declare startCameraOff: boolean;
  /** Joins as soon as room and permission are there. */
  declare skipPrejoin: boolean;
  /** Where the media worker comes from, if not from beside our script. */
  declare workerSrc: string;
  /** The folder our worker comes from, if not from beside our script, where the other parts stay. */
  declare assetBase: string;
  /** `iframe` is not built yet: it is listed in `capabilities` and raises `config-unavailable`. */
  declare mode: 'inline' | 'iframe';
  /** For `mode="iframe"`. */
  declare frameSrc: string;
  /** Where permission to join comes from, before every join and rejoin. */
  declare tokenSource: TokenSource | undefined;
  /** Headers and credentials for our requests. */
  declare requestInit: ((url: string, purpose: string) => RequestInit) | undefined;
  /** A tag of yours, made for each tile; it gets `participant` and `session`. */
  declare tileTag: string;

  #token: string | undefined;
  #passphrase: string | undefined;

  readonly #internals: ElementInternals | undefined;
  readonly #host = new SessionHost({
    changed: () => this.#changed(),
    fact: (type, detail) => this.#fact(type, detail),
  });
  readonly #language = new Language(
    this,
    (error) => this.#report('load-failed', { cause: error }),
    (key) => this.#once('config-invalid', `messages.${key}: no such kind of word`),
  );
  readonly #sessions = new Provider<MeetingSession | undefined>(this, sessionContext, undefined);
  readonly #words = new Provider<FirstWords | Words>(this, wordsContext, firstWords);
  #engine: Promise<Engine> | undefined;
  #acted = false;
  #joining: Promise<void> | undefined;
  #asked: Asked | undefined;
  #problem: ErrorDetail | undefined;
  #name: string | undefined;
  #warned = new Set<string>();
  #capabilities: readonly [Capabilities | undefined, Capabilities] | undefined;
  #tried = '';
  #stopListening: AbortController | undefined;

  constructor() {
    super();
    this.#internals = this.attachInternals?.();
    for (const [name, { type, attribute = name }] of Object.entries(SecureMeeting.properties))
      this[name as 'room'] = (
        attribute === false ? undefined : !type && (CHOICES[attribute as string]?.[0] ?? '')
      ) as string;
    for (const name of OWN) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name as 'messages'];
      Reflect.deleteProperty(this, name);
      this[name as 'messages'] = value;
    }
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    root.addEventListener('secure-meeting-act', (event) => void this.#run(event));
    return root;
  }

  // --- properties beside the attributes

  /** Enough for one join. Write-only. */
  set token(token: string | undefined) {
    this.#token = token;
    this.requestUpdate();
  }
  /** The meeting's secret. Write-only. */
  set passphrase(passphrase: string | undefined) {
    this.#passphrase = passphrase;
  }
  get session(): MeetingSession | undefined {
    return this.#host.session;
  }
  /** Assign a session of yours: the element shows it and never leaves it. */
  set session(session: MeetingSession | undefined) {
    this.#host.use(session, false);
  }
  get messages(): Messages | undefined {
    return this.#language.messages;
  }
  /** Words of your own, by key. */
  set messages(messages: Messages | undefined) {
    this.#language.messages = messages;
  }
  /** Where this participant is: the session's phase, or `prejoin`, `passcode`, `verification`. */
  get phase(): ElementPhase {
    if (this.#asked) return this.#asked.phase;
    const phase = this.#host.state?.phase ?? 'idle';
    return phase === 'idle' ? 'prejoin' : phase;
  }
  /** What the event `encryption-state` said last; never null. */
  get encryptionState(): EncryptionStateDetail {
    return this.#host.state?.encryption ?? IDLE;
  }
  /** What is protected, what the server sees, and what is unavailable; never null. */
  get capabilities(): Capabilities {
    const own = this.#host.state?.capabilities;
    if (this.#capabilities?.[0] !== own || !this.#capabilities) this.#capabilities = [own, capabilitiesOf(own)];
    return this.#capabilities[1];
  }

  // --- methods

  /**
   * Joins. A second call returns the same promise, until the meeting is left.
   * @throws SecureMeetingError
   */
  join(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return (this.#joining ??= this.#join(options).catch((error: unknown) => {
      this.#joining = undefined;
      const failure = this.#explained(SecureMeetingError.from(error, 'room-not-joined'));
      if (!options.signal?.aborted) this.#failed(failure);
      this.requestUpdate();
      throw failure;
    }));
  }

  /** Leaves; resolves when devices, sockets and worker are released. */
  async leave(options: { readonly endForAll?: boolean } = {}): Promise<void> {
    this.#asked?.cancel();
    await this.session?.leave(options);
  }

  /**
   * A link to this meeting. With `passphrase`, or with `key-source="link"` written on the element, it carries the secret,
   * which is made now if there is none; with `leader` alone it carries the one this meeting is held with, if any.
   */
  async createInvitation(url: string = location.href): Promise<string> {
    return (await this.#load()).createInvitation(url);
  }

  /** For `external` keys: 32 bytes or a `CryptoKey`. */
  async setKey(key: KeyMaterial, options: { epoch?: number; identity?: string } = {}): Promise<void> {
    await this.#current.setKey(key, options);
  }
  /** Confirms the code that was compared. @throws SecureMeetingError `key-code-changed`: nothing was confirmed. */
  async confirmSecurityCode(code: SecurityCode): Promise<void> {
    await this.#current.confirmSecurityCode(code);
  }
  /** The codes differ: nothing is sent from now on. @throws SecureMeetingError `key-code-changed`. */
  async rejectSecurityCode(code: SecurityCode): Promise<void> {
    await this.#current.rejectSecurityCode(code);
  }

  // --- lifecycle

  override connectedCallback(): void {
    super.connectedCallback();
    registerUnit();
    if (globalThis.isSecureContext === false) this.#once('browser-insecure-page', 'needs https:');
    this.#stopListening ??= this.#listen();
    this.#takeSecret();
  }

  /** Out of the address bar at once, and kept for the tab: a reload before the join must not lose it. */
  #takeSecret(): void {
    if (this.keySource !== 'link' || !takeFromAddressBar()) return;
    Promise.all([import('./link-secret.js'), this.updateComplete])
      .then(([{ LinkSecret }]) => new LinkSecret().get(this.room))
      .catch(() => undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    setTimeout(() => {
      if (this.isConnected) return;
      this.#stopListening?.abort();
      this.#stopListening = undefined;
      this.#asked?.cancel();
      this.#joining = undefined;
      void this.#engine?.then(
        (engine) => engine.end(),
        () => undefined,
      );
    }, MOVE);
  }

  /** A move by `moveBefore` is none of our business: nothing is taken down or built up. */
  connectedMoveCallback(): void {}

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if ((SECRETS as readonly string[]).includes(name)) {
      if (value === null) return;
      this.removeAttribute(name);
      this.#report('config-secret-in-attribute', { message: `"${name}" must not be an attribute: use the property` });
      return;
    }
    super.attributeChangedCallback(name, old, value);
    if (name === 'lang' && this.isConnected) this.#language.read();
  }

  #listen(): AbortController {
    const abort = new AbortController();
    const { signal } = abort;
    // A pasted invitation to the same page changes only the fragment.
    const children = new MutationObserver(() => this.requestUpdate());
    children.observe(this, { childList: true });
    signal.addEventListener('abort', () => children.disconnect());
    addEventListener('hashchange', () => this.#takeSecret(), { signal });
    return abort;
  }

  override willUpdate(changed: PropertyValues): void {
    for (const [name, { type, attribute = name }] of Object.entries(SecureMeeting.properties)) {
      if (type || attribute === false) continue;
      const words = CHOICES[attribute as string];
      // Frameworks set anything.
      const value: unknown = this[name as 'room'];
      if (words?.includes(value as string) ?? (typeof value === 'string' || (value && name === 'keyProvider')))
        continue;
      if (value) {
        const kind = words ? `none of ${words.join(', ')}` : 'no text';
        this.#report('config-invalid', { message: `${attribute as string}="${value as string}" is ${kind}` });
      }
      this[name as 'room'] = words?.[0] ?? '';
    }
    if (this.features || this.mode === 'iframe')
      import('./features.js').then(
        ({ complaints }) => complaints(this).forEach((complaint) => this.#once(...complaint)),
        () => undefined,
      );
    // What stood there before a session was shown says nothing about it.
    if (this.#host.active && this.hasUpdated && changed.size > 0)
      this.#load().then(
        (engine) => engine.changed(changed),
        (error: unknown) => this.#failed(error as SecureMeetingError),
      );
  }

  override updated(): void {
    this.#sessions.value = this.session;
    this.#words.value = this.#language.words ?? firstWords;
    // The meter comes with the first microphone.
    if (this.phase === 'prejoin' && this.#host.state?.self.microphone && !hasPart('devices'))
      Promise.all([loadPart('devices'), this.#language.complete()]).catch(() => undefined);
    if (!this.skipPrejoin || this.session || this.#joining || !this.isConnected) return;
    const key = `${this.room}\n${this.tokenEndpoint || this.api}\n${this.#token ?? ''}\n${!!this.tokenSource}`;
    if (key === this.#tried || !this.room || !this.#mayAsk) return;
    this.#tried = key;
    this.join().catch(() => undefined);
  }

  // --- what is shown

  override render(): TemplateResult {
    return html`<div class="root ${this.theme}">
      <div class="frame" part="frame" lang=${this.#language.shown}>
        ${this.#language.words ? this.#screen() : this.#wait()}
      </div>
    </div>`;
  }

  #screen(): TemplateResult {
    const state = this.#host.state;
    const phase = this.phase;
    if (this.#asked) return this.#with('screen', this.#asked.content);
    // What fails before anybody was in the meeting is said where it can be tried again.
    if (phase === 'failed' && this.#acted && !this.skipPrejoin) return this.#prejoin(!!this.#joining);
    const connecting = phase === 'connecting' || (phase === 'prejoin' && !!this.#joining);
    if (phase === 'prejoin' || (connecting && !this.skipPrejoin)) return this.#prejoin(connecting);
    if (connecting) return this.#wait();
    if (phase === 'joined' || phase === 'reconnecting') {
      return this.#with(
        'live',
        () =>
          html`<secure-meeting-live
            .session=${this.session}
            .meeting=${state}
            .features=${this.features}
            .problem=${this.#problem}
            .layout=${this.layout}
            .tileTag=${this.tileTag}
            .shortcuts=${this.shortcuts}
            .byLink=${this.keySource === 'link'}
            .onLeave=${(endForAll: boolean) => this.#leaveRequest(endForAll)}
            .onInvite=${() => this.#inviteRequest()}
            .onDismiss=${() => this.#dismiss()}
          >
            ${this.#slots.map((name) => html`<slot name=${name} slot=${name}></slot>`)}
          </secure-meeting-live>`,
      );
    }
    const slot = phase === 'knocking' ? 'waiting' : phase;
    return this.#with(
      'screen',
      () =>
        html`<slot name=${slot}
          ><secure-meeting-screen
            .kind=${phase}
            .session=${this.session}
            .meeting=${state}
            .problem=${this.#problem}
            .name=${this.#nameShown}
            .onJoin=${() => this.#joinRequest()}
            .onLeave=${() => this.#leaveRequest(false)}
          ></secure-meeting-screen
        ></slot>`,
    );
  }

  #prejoin(busy: boolean): TemplateResult {
    const code = this.#problem?.code;
    const words = this.#language.words as Partial<Words>;
    if (code && !words.errors) void this.#language.complete().catch(() => undefined);
    return html`<slot name="prejoin"
      ><secure-meeting-prejoin
        @focusin=${() =>
          this.#load().then(
            (engine) => engine.prepare(),
            () => undefined,
          )}
        .words=${this.#language.words}
        .room=${this.room}
        .name=${this.#nameShown}
        .session=${this.session}
        .meeting=${this.#host.state}
        .problem=${code && words.errors?.[code]}
        .unencrypted=${this.encryption === 'off'}
        .busy=${busy}
        .startMuted=${this.startMuted}
        .startCameraOff=${this.startCameraOff}
        .onName=${(name: string) => (this.#name = name)}
        .onJoin=${(name: string) => this.#joinRequest(name)}
        .onExplain=${() => void this.#language.complete().catch(() => undefined)}
        .onDevices=${(kind: MediaDeviceKind, button: HTMLElement) =>
          this.#do(async (session) => (await this.#load()).chooseDevice(kind, button, session))}
        ><slot name="prejoin-end" slot="end"></slot></secure-meeting-prejoin
    ></slot>`;
  }

  /** What a group of parts shows, once its tags and all words are here. */
  #with(group: PartGroup, content: () => TemplateResult): TemplateResult {
    const words = this.#language.words as Partial<Words>;
    if (hasPart(group) && words.errors) return content();
    Promise.all([loadPart(group), this.#language.complete()]).then(
      () => this.requestUpdate(),
      (error: unknown) => this.#failed(new SecureMeetingError('load-failed', { cause: error })),
    );
    return this.#wait();
  }

  #wait(): TemplateResult {
    return html`<div class="wait" data-seal="connecting" role="status">
      ${drawn(firstShape('connecting'))}<span class="hidden">${this.#words.value.sealConnecting}</span>
    </div>`;
  }

  /** The slots the page put something into: only those are passed on, else our own defaults would not show. */
  get #slots(): string[] {
    return [...new Set([...this.children].map((child) => child.slot).filter(Boolean))];
  }

  /** Whether the page said where permission to join comes from. */
  get #mayAsk(): boolean {
    return !!(this.tokenSource ?? (this.tokenEndpoint || this.api || (this.#token && this.serverUrl)));
  }

  get #nameShown(): string {
    return this.#name ?? (this.displayName || rememberedName());
  }

  // --- wishes

  #joinRequest(name?: string): void {
    if (name) {
      this.#name = name;
      this.#acted = true;
    }
    if (this.#joining && this.#host.active) return;
    this.#joining = undefined;
    if (this.dispatchEvent(new WishEvent('join-request'))) this.join().catch(() => undefined);
  }

  #leaveRequest(endForAll: boolean): void {
    if (this.dispatchEvent(new LeaveRequestEvent(endForAll))) this.leave({ endForAll }).catch(() => undefined);
  }

  async #inviteRequest(): Promise<string | undefined> {
    return this.dispatchEvent(new WishEvent('invite-request')) ? await this.createInvitation() : undefined;
  }

  #dismiss(): void {
    this.#problem = undefined;
    this.requestUpdate();
  }

  async #run(event: Event): Promise<void> {
    event.stopPropagation();
    await this.#do((event as unknown as ActEvent).run);
  }

  /** Runs a wish on the session, which is made if there is none; what goes wrong is said. */
  async #do(run: (session: MeetingSession) => unknown): Promise<void> {
    try {
      this.#problem = undefined;
      await run(await (await this.#load()).session());
    } catch (error) {
      this.#failed(SecureMeetingError.from(error, 'device-failed'));
    }
  }

  // --- joining

  /** What makes sessions and joins, loaded when somebody acts. */
  #load(): Promise<Engine> {
    this.#engine ??= import('./engine.js').then(
      ({ Engine }) =>
        new Engine({
          element: this,
          sessions: this.#host,
          language: this.#language,
          token: () => this.#token,
          passphrase: () => this.#passphrase,
          name: () => this.#nameShown,
          setName: (name) => (this.#name = name),
          guest: () => this.#words.value.guest,
          ask: (asked) => {
            this.#asked = asked;
            this.requestUpdate();
          },
          setPassphrase: (passphrase) => (this.#passphrase = passphrase),
          run: (wish) => this.#do(wish),
          report: (code, message) => this.#report(code, { message }),
          problem: () => this.#problem?.code,
        }),
      (error: unknown) => {
        this.#engine = undefined;
        throw new SecureMeetingError('load-failed', { cause: error });
      },
    );
    return this.#engine;
  }

  async #join({ signal }: { readonly signal?: AbortSignal }): Promise<void> {
    this.#problem = undefined;
    this.requestUpdate();
    await (await this.#load()).join(signal);
    this.#token = undefined;
  }

  get #current(): MeetingSession {
    if (!this.session) throw new SecureMeetingError('room-not-joined');
    return this.session;
  }

  // --- facts

  #changed(): void {
    const phase = this.phase;
    if (phase === 'left' || phase === 'failed') this.#joining = undefined;
    if (phase === 'joined') this.#acted = false;
    if (phase === 'failed' && this.#host.state?.error) this.#problem = this.#host.state.error;
    const states = this.#internals?.states;
    if (states) {
      states.clear();
      states.add(phase);
      states.add(this.encryptionState.state);
    }
    this.requestUpdate();
  }

  #fact<K extends keyof SessionFacts>(type: K, detail: SessionFacts[K]): void {
    setTimeout(() => {
      const shown = this.dispatchEvent(new FactEvent(type, detail));
      if (type === 'error' && shown) this.#show(detail as ErrorDetail);
    });
  }

  #show(problem: ErrorDetail): void {
    // A wrong passphrase from the prompt is asked for again.
    if (problem.code === 'key-wrong' && this.keySource === 'prompt') this.#passphrase = undefined;
    this.#problem = problem;
    this.requestUpdate();
  }

  /** For the developer: in the console, and an event that nobody need see. */
  #report(code: ErrorCode, { message = code, cause }: { message?: string; cause?: unknown } = {}): void {
    console.warn(`<secure-meeting>: ${code}: ${message}`);
    const detail = detailOf(new SecureMeetingError(code, { message, cause }), false);
    setTimeout(() => this.dispatchEvent(new FactEvent('error', detail)));
  }

  /** An error somebody must see. What the session itself said a moment ago is not said twice. */
  #failed(error: SecureMeetingError): void {
    if (this.#host.state?.error?.code !== error.code) this.#fact('error', detailOf(error, !this.#host.active));
  }

  /** With a link, a missing secret means that the link was cut off. */
  #explained(error: SecureMeetingError): SecureMeetingError {
    if (error.code !== 'key-missing' || this.keySource !== 'link') return error;
    return new SecureMeetingError('key-link-incomplete', { cause: error });
  }

  #once(code: ErrorCode, message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#report(code, { message });
  }
}

function detailOf({ code, message, cause }: SecureMeetingError, fatal: boolean): ErrorDetail {
  return { code, message, fatal, ...(cause instanceof Error && { cause: cause.name }) };
}

/** One length for every distance, computed once on the tag, so that nothing compounds. */
function registerUnit(): void {
  try {
    CSS.registerProperty({ name: '--_secure-meeting-unit', syntax: '<length>', inherits: true, initialValue: '4px' });
  } catch {
    // Registered already, by us or by the page.
  }
}

export interface SecureMeeting {
  addEventListener<K extends keyof SecureMeetingEventMap>(
    type: K,
    listener: (this: SecureMeeting, event: SecureMeetingEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}
