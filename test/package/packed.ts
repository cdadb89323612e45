import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The checkout: tests run from its root, after the build. */
export const root = process.cwd();

export interface PackageManifest {
  readonly version: string;
  readonly type: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** The package as a user gets it: packed, and unpacked into a project of its own. */
export interface Packed {
  /** The project that has it in `node_modules`. */
  readonly project: string;
  /** Where it was unpacked. */
  readonly folder: string;
  /** The packed file itself. */
  readonly tarball: string;
  /** What the tarball holds, sorted. */
  readonly files: readonly string[];
  readonly manifest: PackageManifest;
  /** Runs a program in the project; rejects with its output when it fails. */
  run(command: string, args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Packs `dist` as it is; nothing is fetched: its dependencies are those of the checkout. */
export async function pack(): Promise<Packed> {
  const project = await mkdtemp(path.join(tmpdir(), 'secure-meeting-project-'));
  const folder = path.join(project, 'node_modules/secure-meeting');
  await mkdir(folder, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  await run('tar', ['-xzf', path.join(project, filename), '-C', folder, '--strip-components=1']);
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as PackageManifest;
  for (const name of Object.keys(manifest.dependencies)) {
    const link = path.join(project, 'node_modules', name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(root, 'node_modules', name), link);
  }
  return {
    project,
    folder,
    tarball: path.join(project, filename),
    manifest,
    files: files.map((file) => file.path).sort(),
    run: async (command, args) => (await run(command, args, { cwd: project })).stdout,
    remove: () => rm(project, { recursive: true, force: true }),
  };
}

/** The targets of the exports map that name one file: `[entry, file]`. */
export function targets({ exports }: PackageManifest): readonly (readonly [string, string])[] {
  return Object.entries(exports).flatMap(([entry, target]) =>
    (typeof target === 'string' ? [target] : Object.values(target)).map((file) => [entry, file] as const),
  );
}
