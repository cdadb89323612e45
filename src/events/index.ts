/**
 * The element's events: one class each, so that `instanceof` and TypeScript know the detail. Facts are composed and
 * don't bubble, as media events; wishes (`…-request` of a button) bubble, are composed and cancelable.
 */
import type { SessionFacts } from '../session/types.js';

const freeze = <T>(value: T): T => {
  if (value && typeof value === 'object' && !Object.isFrozen(value)) {
    for (const child of Object.values(value)) freeze(child);
    Object.freeze(value);
  }
  return value;
};

/** What happened. `detail` is frozen, structured-cloneable and free of secrets. */
export class FactEvent<K extends keyof SessionFacts> extends CustomEvent<SessionFacts[K]> {
  constructor(type: K, detail: SessionFacts[K]) {
    super(type, {
      detail: freeze(detail),
      composed: true,
      cancelable: type === 'error' || type === 'verification-required',
    });
  }
}

/** A button was pressed. Cancel it, then act yourself. */
export class WishEvent extends CustomEvent<Record<string, never>> {
  constructor(type: 'join-request' | 'invite-request') {
    super(type, { detail: freeze({}), bubbles: true, composed: true, cancelable: true });
  }
}

/** *Leave* or *End for everyone* was pressed. */
export class LeaveRequestEvent extends CustomEvent<{ readonly endForAll: boolean }> {
  constructor(endForAll: boolean) {
    super('leave-request', { detail: freeze({ endForAll }), bubbles: true, composed: true, cancelable: true });
  }
}

/** Every event of `<secure-meeting>` by name. */
export type SecureMeetingEventMap = {
  readonly [K in keyof SessionFacts]: FactEvent<K>;
} & {
  readonly 'join-request': WishEvent;
  readonly 'invite-request': WishEvent;
  readonly 'leave-request': LeaveRequestEvent;
};
