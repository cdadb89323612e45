/** The module with LiveKit's `PCTransport` without the race between its first offer and the next one. */
export function mendRace(code: string): string;
