import type { ErrorCode } from '../base/index.js';
import type { enAccess } from './en-access.js';
import type { ErrorWords } from './en-errors.js';
import type { enFirst } from './en-first.js';
import type { enMeeting } from './en-meeting.js';
import type { enReport } from './en-report.js';

/** The same keys, any words: texts become `string`, functions keep what they take. */
type Widen<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : T[K] extends (...args: infer A) => string | undefined
        ? (...args: A) => string | undefined
        : never;
};

/** Words of the first screen, there from the first paint on. */
export type FirstWords = Widen<typeof enFirst>;
/** Words of everything after it. */
export type MeetingWords = Widen<typeof enMeeting>;
/** Words of what a site asks before it lets somebody in. */
export type AccessWords = Widen<typeof enAccess>;
/** Words of reporting somebody. */
export type ReportWords = Widen<typeof enReport>;
/** A complete language. */
export type Words = FirstWords &
  MeetingWords &
  AccessWords &
  ReportWords & { readonly errors: Record<ErrorCode, ErrorWords> };
/** What a page gives as `messages`: any keys of {@link Words}; errors code by code. */
export type Messages = Partial<FirstWords & MeetingWords & AccessWords & ReportWords> & {
  readonly errors?: Partial<Record<ErrorCode, Partial<ErrorWords>>>;
};
