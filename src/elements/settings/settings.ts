import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { DeviceKindState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { Panel } from '../live/panel.js';
import { panelStyle } from '../live/panel-style.js';
import { isolated, LANGUAGES } from '../../i18n/index.js';
import { PARTIAL, RIGHT_TO_LEFT } from '../../i18n/partial.js';

/** Devices, quality, one's own picture. */
export class SecureMeetingSettings extends Panel {
  static override styles = [
    base,
    panelStyle,
    css`
      .choice {
        display: grid;
        gap: var(--_u);
        margin-block-end: calc(var(--_u) * 3);
      }
      .note {
        display: block;
      }
      .choice label {
        font-size: var(--_small);
        font-weight: 600;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { context, words } = this;
    if (!context) return nothing;
    const { meeting } = context;
    const { devices } = meeting;
    return this.frame(
      words.settings,
      html`<div class="panel-body" part="panel-body">
        <section class="section">
          <h3>${words.devices}</h3>
          ${this.#device('audioinput', words.microphone, devices.audioinput)}
          ${this.#device('videoinput', words.camera, devices.videoinput)}
          ${devices.audiooutput.list.length ? this.#device('audiooutput', words.speaker, devices.audiooutput) : nothing}
          ${context.features.has('blur') && meeting.blur ? this.#blur(meeting.blur, !!meeting.backgroundPicture) : nothing}
          ${meeting.noiseSuppression === undefined ? nothing : this.#noise(meeting.noiseSuppression)}
        </section>
        <section class="section">
          ${this.#choice(
            'quality',
            words.quality,
            [
              ['auto', words.qualityAuto],
              ['saver', words.qualitySaver],
              ['audio', words.qualityAudio],
            ],
            meeting.quality,
            (value) => this.act((session) => session.setQuality(value as 'auto')),
          )}
        </section>
        ${this.#language(context.host)}
        <section class="section">
          <h3>${words.view}</h3>
          <div class="setting">
            <span id="hide-self">${words.hideSelf}</span>
            <button
              class="switch"
              role="switch"
              aria-checked=${context.preferences.hideSelf}
              aria-labelledby="hide-self"
              @click=${() => context.onPrefer({ hideSelf: !context.preferences.hideSelf })}
            ></button>
          </div>
          ${
            context.features.has('sounds')
              ? this.#choice(
                  'sounds',
                  words.sounds,
                  [
                    ['knocks', words.soundsKnocks],
                    ['all', words.soundsAll],
                    ['off', words.soundsOff],
                  ],
                  context.preferences.sounds,
                  (value) => context.onPrefer({ sounds: value as 'all' }),
                )
              : nothing
          }
        </section>
        <slot></slot>
      </div>`,
    );
  }

  /** Offered where the browser can. */
  #blur(state: 'off' | 'loading' | 'on', picture: boolean): TemplateResult {
    const { words } = this;
    const loading = state === 'loading';
    return html`<div class="setting">
        <span>
          <span id="blur">${words.blurBackground}</span>
          <span class="note muted small" role="status">${loading ? words.blurLoading : nothing}</span>
        </span>
        <button
          class="switch"
          role="switch"
          aria-checked=${state !== 'off'}
          aria-busy=${loading || nothing}
          aria-labelledby="blur"
          @click=${() => this.act((session) => session.setBlur(state === 'off'))}
        ></button>
      </div>
      <div class="buttons">
        <input type="file" accept="image/*" hidden tabindex="-1" aria-hidden="true" @change=${this.#picked} />
        <button class="button tight" part="button" type="button" @click=${this.#pick}>
          ${words.backgroundPicture}
        </button>
        ${
          picture
            ? html`<button
                class="button ghost tight"
                part="button"
                type="button"
                @click=${() => this.act((session) => session.setBackground(null))}
              >
                ${words.backgroundPictureRemove}
              </button>`
            : nothing
        }
      </div>`;
  }

  #pick = (): void => this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();

  /** Whoever chooses a picture wants to be seen before it. */
  #picked = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (!file) return;
    this.act(async (session) => {
      await session.setBackground(file);
      await session.setBlur(true);
    });
  };

  /** Offered where the microphone says whether it does it; shows what it says, not what was wished. */
  #noise(on: boolean): TemplateResult {
    return html`<div class="setting">
      <span id="noise">${this.words.noiseSuppression}</span>
      <button
        class="switch"
        role="switch"
        aria-checked=${on}
        aria-labelledby="noise"
        @click=${() => this.act((session) => session.setNoiseSuppression(!on))}
      ></button>
    </div>`;
  }

  /** Each by its own name; those that are not complete say so. The element is in that language from then on, and says so. */
  #language(host: HTMLElement): TemplateResult {
    const { words } = this;
    const names = LANGUAGES.map((tag): [string, string] => {
      const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
      return [tag, PARTIAL.includes(tag) ? words.partly(isolated(name)) : name];
    });
    return html`<section class="section">
      ${this.#choice('language', words.language, names, words.wordsIn, (tag) => {
        host.lang = tag;
        host.dir = RIGHT_TO_LEFT.includes(tag) ? 'rtl' : 'ltr';
      })}
    </section>`;
  }

  #device(kind: MediaDeviceKind, label: string, { list, selected }: DeviceKindState): TemplateResult {
    const options: [string, string][] = list.map((device, index) => [
      device.deviceId,
      device.label || this.words.device(index + 1),
    ]);
    if (options.length === 0) options.push(['', this.words.systemDefault]);
    return this.#choice(kind, label, options, selected, (value) =>
      this.act((session) => session.selectDevice(kind, value)),
    );
  }

  #choice(
    id: string,
    label: string,
    options: readonly (readonly [string, string])[],
    selected: string,
    choose: (value: string) => void,
  ): TemplateResult {
    return html`<div class="choice">
      <label for=${id}>${label}</label>
      <select class="input" id=${id} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${options.map(([value, text]) => html`<option value=${value} .selected=${live(value === selected)}>${text}</option>`)}
      </select>
    </div>`;
  }
}
