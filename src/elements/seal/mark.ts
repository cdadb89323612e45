import type { TemplateResult } from 'lit';
import { drawn } from './mark-first.js';
import { sealShape, type Seal } from './shape.js';

/** The mark of any seal. */
export function mark(seal: Seal, proved?: readonly boolean[]): TemplateResult {
  return drawn(sealShape(seal, proved));
}
