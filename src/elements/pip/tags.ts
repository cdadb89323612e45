import type { Tags } from '../parts.js';
import { SecureMeetingPip } from './pip.js';

export const tags: Tags = { 'secure-meeting-pip': SecureMeetingPip };
export { PipWindow } from './pip-window.js';
