/** The provider of a meeting that names none. */
export const DEFAULT_PROVIDER = 'leader';
