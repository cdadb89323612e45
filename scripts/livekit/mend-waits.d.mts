/** The modules of livekit-client that ask again and again whether the connection stands. */
export const WAITING: readonly string[];
/** One of them, asking more often. */
export function mendWaits(code: string): string;
