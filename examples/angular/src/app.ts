import { Component, CUSTOM_ELEMENTS_SCHEMA, type ElementRef, signal, viewChild } from '@angular/core';
import type { SecureMeeting, SecureMeetingEventMap } from 'secure-meeting';

/** `worker-src`: Angular's bundler moves our modules and not the worker beside them, so angular.json copies that file. */
@Component({
  selector: 'app-root',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <main>
      <h1>A meeting in Angular</h1>
      <p>
        <label>Display name <input [value]="name()" (input)="name.set($any($event.target).value)" /></label>
        <button id="toggle" (click)="open.set(!open())">
          {{ open() ? 'Close the meeting' : 'Open the meeting' }}
        </button>
        <button id="leave" (click)="leave()">Leave</button>
      </p>
      @if (open()) {
        <secure-meeting
          #call
          room="angular"
          token-endpoint="/api/token"
          worker-src="secure-meeting.worker.js"
          [displayName]="name()"
          [startMuted]="true"
          (encryption-state)="shown($event)"
        ></secure-meeting>
      }
      <p id="state" role="status">{{ state() }}</p>
    </main>
  `,
})
export class App {
  protected readonly open = signal(true);
  protected readonly name = signal('Ana');
  protected readonly state = signal('idle');
  protected readonly call = viewChild<ElementRef<SecureMeeting>>('call');

  /** The element's own event, with its detail typed. */
  protected shown(event: SecureMeetingEventMap['encryption-state']): void {
    this.state.set(event.detail.state);
  }

  protected leave(): void {
    void this.call()?.nativeElement.leave();
  }
}
