/** Crypto room: bytes in, bytes out. No DOM, no LiveKit, no clock, no policy. */
export {};
