/** Leader CPU for one rotation: sealing MK to every member and encoding the copies. Bundle with esbuild, run in Node. */
import { cpus } from 'node:os';
import { Pairwise } from '../src/keys/leader/pairwise.js';
import { realPrimitives } from '../src/keys/leader/real.js';
import { encodeCopies } from '../src/keys/leader/welcome.js';

const p = realPrimitives();
const results: Record<string, unknown> = {
  machine: `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`,
};
for (const size of [200, 1_000]) {
  const pairs = Array.from({ length: size }, (_, i) => new Pairwise(p, new Uint8Array(32).fill(i % 251)));
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 15; round++) {
    const began = performance.now();
    const copies = [];
    for (const pair of pairs) {
      const { step, sealed } = await pair.seal(new Uint8Array(64), new Uint8Array(32));
      copies.push({ recipient: new Uint8Array(16), step, sealed });
    }
    bytes = 0;
    for (let at = 0; at < size; at += 160)
      bytes += encodeCopies({ head: new Uint8Array(32), copies: copies.slice(at, at + 160) }).length;
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  results[`${size} members`] = {
    medianMs: Number(times[7]?.toFixed(1)),
    bytesPerRecipient: Number((bytes / size).toFixed(1)),
  };
}
console.log(JSON.stringify(results, null, 2));
