/** What the commands write to; the process's own by default. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}
