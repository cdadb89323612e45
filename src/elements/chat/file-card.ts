import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { FileTransfer, MeetingSession } from '../../session/types.js';
import { base } from '../../styles/base.js';
import { paperclip } from '../../styles/icons.js';
import { icon } from '../icon.js';
import { Part } from '../part.js';
import { said, shortName } from '../names.js';
import { endingOf, safeFileName } from './file-name.js';
import { nameLies, readPicture, type Picture } from './picture.js';

/** The longer side of a preview, in pixels. */
const PREVIEW = 480;

/** One offered file: what it is, what can be done about it, how far it is; a preview of a picture that arrived. */
export class SecureMeetingFile extends Part {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        max-inline-size: 100%;
      }
      .file {
        display: grid;
        gap: calc(var(--_u) * 2);
        padding: calc(var(--_u) * 3);
        border-radius: var(--_radius);
        box-shadow: inset 0 0 0 1px var(--secure-meeting-line);
      }
      .line {
        display: flex;
        align-items: center;
        gap: calc(var(--_u) * 2);
        min-inline-size: 0;
      }
      .name {
        display: flex;
        min-inline-size: 0;
        font-weight: 600;
      }
      .name span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .line > .note,
      .line > .icon {
        flex: none;
      }
      .note {
        color: var(--secure-meeting-text-muted);
        font-size: var(--_small);
      }
      .caution {
        color: var(--_caution);
        font-size: var(--_small);
      }
      progress {
        inline-size: 100%;
        block-size: var(--_u);
        accent-color: var(--secure-meeting-accent);
      }
      canvas {
        max-inline-size: 100%;
        block-size: auto;
        border-radius: var(--_radius-small);
      }
      canvas[hidden] {
        display: none;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: calc(var(--_u) * 2);
      }
    `,
  ];

  @property({ attribute: false }) accessor file: FileTransfer | undefined;
  @property({ attribute: false }) accessor session: MeetingSession | undefined;
  #read = false;
  #picture: Picture | undefined;
  #lies = false;

  override render(): TemplateResult | typeof nothing {
    const { file, words } = this;
    if (!file) return nothing;
    const name = safeFileName(file.fileName);
    const ending = endingOf(name);
    const state = this.#state(file);
    return html`<div class="file" part="file">
      <span class="line"
        >${icon(paperclip)}
        <bdi class="name"><span>${name.slice(0, name.length - ending.length)}</span>${ending}</bdi>
        <span class="note">${words.fileSize(file.size)}</span></span
      >
      ${
        file.state === 'moving' || (file.local && file.state === 'offered' && file.moved > 0)
          ? html`<progress
              max=${file.size}
              .value=${file.moved}
              aria-label=${words.fileProgress(said(name))}
            ></progress>`
          : nothing
      }
      <canvas
        part="file-preview"
        role="img"
        aria-label=${words.filePreview(said(name))}
        ?hidden=${!this.#picture}
      ></canvas>
      ${this.#lies ? html`<span class="caution" lang=${this.fallback}>${words.fileNameLies}</span>` : nothing}
      ${state ? html`<span class="note" role="status" lang=${this.fallback}>${state}</span>` : nothing}
      ${this.#actions(file, name)}
    </div>`;
  }

  override updated(): void {
    if (this.file?.state !== 'done' || this.#read || this.file.local) return;
    this.#read = true;
    void this.#preview().catch(() => undefined);
  }

  #state({ local, state, to }: FileTransfer): string {
    const { words } = this;
    switch (state) {
      case 'offered':
        return local ? (to === null ? words.fileOffered : words.fileWaits) : '';
      case 'moving':
        return local ? words.fileGoing : words.fileComing;
      case 'done':
        return local ? words.fileReceived : '';
      case 'declined':
        return words.fileDeclined;
      case 'cancelled':
        return words.fileCancelled;
      case 'failed':
        return words.fileFailed;
    }
  }

  #actions({ id, local, state, name: sender }: FileTransfer, name: string): TemplateResult | typeof nothing {
    const { words } = this;
    const button = (label: string, described: string, click: () => void): TemplateResult =>
      html`<button class="button tight" part="button" aria-label=${described} @click=${click}>${label}</button>`;
    const accept = (label: string): TemplateResult =>
      button(label, `${label}: ${said(name)}`, () => this.act((session) => session.acceptFile(id)));
    const stop = (label: string): TemplateResult =>
      button(label, `${label}: ${said(name)}`, () => this.act((session) => session.cancelFile(id)));
    const buttons =
      state === 'offered'
        ? local
          ? [stop(words.cancel)]
          : [accept(words.fileAccept), stop(words.fileDecline)]
        : state === 'moving'
          ? [stop(words.cancel)]
          : local
            ? []
            : state === 'done'
              ? [button(words.fileSave, `${words.fileSave}: ${said(name)}`, () => this.#save(id, name))]
              : state === 'failed'
                ? [accept(words.tryAgain)]
                : [];
    if (buttons.length === 0) return nothing;
    const from = local
      ? nothing
      : html`<span class="hidden" lang=${this.fallback}>${words.fileFrom(said(shortName(sender)))}</span>`;
    return html`${from}<span class="actions">${buttons}</span>`;
  }

  /** A download, never something opened in this page. */
  #save(id: string, name: string): void {
    const blob = this.session?.receivedFile(id);
    if (!blob) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  /** Painted on a canvas, so that nothing of the file becomes part of the document. */
  async #preview(): Promise<void> {
    const { file } = this;
    const blob = file && this.session?.receivedFile(file.id);
    if (!blob) return;
    const found = readPicture(new Uint8Array(await blob.arrayBuffer()));
    this.#lies = nameLies(file.fileName, found);
    this.requestUpdate();
    if (!found) return;
    const scale = Math.min(1, PREVIEW / Math.max(found.width, found.height));
    const width = Math.max(1, Math.round(found.width * scale));
    const height = Math.max(1, Math.round(found.height * scale));
    const bitmap = await createImageBitmap(new Blob([blob], { type: found.type }), {
      resizeWidth: width,
      resizeHeight: height,
    });
    const canvas = this.renderRoot.querySelector('canvas') as HTMLCanvasElement;
    Object.assign(canvas, { width, height });
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    this.#picture = found;
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'secure-meeting-file': SecureMeetingFile;
  }
}
