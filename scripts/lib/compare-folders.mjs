import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Compares two folders by the bytes of their files.
 * @param {string} published @param {string} built
 * @returns {Promise<{ same: number, different: { file: string, what: string }[] }>}
 */
export async function compareFolders(published, built) {
  const [left, right] = await Promise.all([filesOf(published), filesOf(built)]);
  const different = [];
  let same = 0;
  for (const file of new Set([...left, ...right].sort())) {
    if (!right.has(file)) different.push({ file, what: 'only in the package' });
    else if (!left.has(file)) different.push({ file, what: 'only in the build' });
    else {
      const [a, b] = await Promise.all([published, built].map((folder) => readFile(path.join(folder, file))));
      if (a.equals(b)) same++;
      else different.push({ file, what: 'differs' });
    }
  }
  return { same, different };
}

async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Set(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))),
  );
}
