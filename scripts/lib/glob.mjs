import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Files below `root` that end in `ending` and lie in, or are, one of `places`; sorted, absolute. */
export async function glob(root, places, ending) {
  const found = new Set();
  for (const place of places) {
    const full = path.resolve(root, place);
    if ((await stat(full)).isFile()) {
      found.add(full);
      continue;
    }
    for (const entry of await readdir(full, { recursive: true, withFileTypes: true }))
      if (entry.isFile() && entry.name.endsWith(ending))
        found.add(path.join(entry.parentPath ?? entry.path, entry.name));
  }
  return [...found].sort();
}
