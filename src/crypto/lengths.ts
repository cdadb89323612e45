/** Lengths in bytes, apart from what they are of: who needs no more than them loads no post-quantum cryptography. */
export const XWING_PUBLIC_LENGTH = 1216;
export const XWING_CIPHERTEXT_LENGTH = 1120;
/** Random bytes that one encapsulation uses up: 32 for ML-KEM, 32 for X25519. */
export const XWING_ENCAPSULATION_RANDOM = 64;

/** What a sealed report is longer than its content: an X-Wing ciphertext and a Poly1305 tag. */
export const REPORT_OVERHEAD = XWING_CIPHERTEXT_LENGTH + 16;
