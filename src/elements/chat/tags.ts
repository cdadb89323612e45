import type { Tags } from '../parts.js';
import { SecureMeetingFile } from './file-card.js';
import { SecureMeetingChat } from './chat.js';

export const tags: Tags = { 'secure-meeting-chat': SecureMeetingChat, 'secure-meeting-file': SecureMeetingFile };
