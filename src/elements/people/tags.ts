import type { Tags } from '../parts.js';
import { SecureMeetingPeople } from './people.js';

export const tags: Tags = { 'secure-meeting-people': SecureMeetingPeople };
