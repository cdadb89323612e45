import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { blurFiles } from './files.mjs';

/** Puts what the blur worker loads beside it. @returns {Promise<string[]>} the files they were copied from */
export async function copyBlurFiles(folder) {
  const parts = [blurFiles.runtime, blurFiles.model];
  await mkdir(folder, { recursive: true });
  // Not copied as files: their packages give them odd permissions.
  for (const { source, name } of parts) await writeFile(path.join(folder, name), await readFile(source));
  return parts.map(({ source }) => source);
}
