import { css, html, nothing, type TemplateResult } from 'lit';
import type { DeviceKindState } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { Panel } from '../live/panel.js';
import { panelStyle } from '../live/panel-style.js';

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
      .choice label {
        font-size: var(--_small);
        font-weight: 600;
      }
    `,
  ];
  #quality: 'auto' | 'saver' | 'audio' = 'auto';

  override render(): TemplateResult | typeof nothing {
    const { context, words } = this;
    if (!context) return nothing;
    const { devices } = context.meeting;
    return this.frame(
      words.settings,
      html`<div class="panel-body" part="panel-body">
        <section class="section">
          <h3>${words.devices}</h3>
          ${this.#device('audioinput', words.microphone, devices.audioinput)}
          ${this.#device('videoinput', words.camera, devices.videoinput)}
          ${devices.audiooutput.list.length ? this.#device('audiooutput', words.speaker, devices.audiooutput) : nothing}
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
            this.#quality,
            (value) => {
              this.#quality = value as 'auto';
              this.act((session) => session.setQuality(this.#quality));
            },
          )}
        </section>
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
        ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === selected}>${text}</option>`)}
      </select>
    </div>`;
  }
}
