import type { Tags } from '../parts.js';
import { SecureMeetingReport } from './report.js';

export const tags: Tags = { 'secure-meeting-report': SecureMeetingReport };
