import type { Tags } from '../parts.js';
import { SecureMeetingScreen } from './screen.js';

export const tags: Tags = { 'secure-meeting-screen': SecureMeetingScreen };
