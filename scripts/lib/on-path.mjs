import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** The name a program's file has on this system. */
export const programName = (name) => (process.platform === 'win32' ? `${name}.exe` : name);

/** The first program of that name on the PATH of `env`. @returns {Promise<string | undefined>} */
export async function findOnPath(name, env = process.env) {
  for (const folder of (env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    const candidate = path.join(folder, programName(name));
    if (
      await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return candidate;
  }
  return undefined;
}
