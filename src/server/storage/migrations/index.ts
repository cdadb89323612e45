import { meetings } from './0001-meetings.js';
import { verification } from './0002-verification.js';
import { moderation } from './0003-moderation.js';

/** One step forward. Statements are never edited once released; a later step corrects an earlier one. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** In order: the position, from 1, is the version. */
export const MIGRATIONS: readonly Migration[] = [meetings, verification, moderation];
