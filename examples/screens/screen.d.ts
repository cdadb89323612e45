import type { SecureMeeting } from '../../src/elements/index.js';
import { FakeSession } from '../../test/support/fake-session.js';
type Json = Record<string, unknown>;
type Deep = {
  readonly shadowRoot: ShadowRoot | null;
  querySelector(selector: string): Element | null;
};
export interface Screen {
  readonly name: string;
  readonly title: string;
  readonly size: readonly number[];
  readonly state: Json;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly do?: readonly string[];
  readonly level?: number;
  readonly error?: string;
  readonly chat?: readonly unknown[];
  readonly unread?: readonly unknown[];
  readonly violation?: unknown;
}
export declare const all: readonly Screen[];
/** Finds through open shadow roots. */
export declare function deep(root: Deep | Document, selector: string): HTMLElement | null;
/** Builds a screen into `parent`. Resolves when all its parts are there. */
export declare function show(
  screen: Screen,
  parent: Element,
  options?: {
    readonly theme?: string;
    readonly lang?: string;
    readonly size?: readonly [number, number];
  },
): Promise<{
  readonly element: SecureMeeting;
  readonly session: FakeSession;
}>;
/** Waits until no part is loading or updating any more. */
export declare function settled(element: Element): Promise<void>;
declare global {
  interface Window {
    ready?: Promise<unknown>;
  }
}
export {};
//# sourceMappingURL=screen.d.ts.map
