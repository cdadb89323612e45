import type { Tags } from '../parts.js';
import { SecureMeetingChat } from './chat.js';

export const tags: Tags = { 'secure-meeting-chat': SecureMeetingChat };
