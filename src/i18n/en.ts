import { enAccess } from './en-access.js';
import { enErrors } from './en-errors.js';
import { enFirst } from './en-first.js';
import { enMeeting } from './en-meeting.js';
import { enReport } from './en-report.js';

/** English, complete: the set of keys every other language and the page's `messages` are typed by. */
export const en = { ...enFirst, ...enMeeting, ...enAccess, ...enReport, errors: enErrors };
