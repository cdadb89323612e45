import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A PostgreSQL server of the tests' own: temporary folder, free port, loopback only. */
export interface Cluster {
  readonly port: number;
  /** A new, empty database; its address. */
  createDatabase(): string;
  /** A database that has this much room and no more. Needs root. */
  createSmallDatabase(megabytes: number): Promise<string>;
  /** Stops answering at once, as after a crash; `start` recovers. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function binaries(): Promise<string> {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? (await readdir(base)).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => path.join(base, version, 'bin'))
    .find((bin) => existsSync(path.join(bin, 'initdb')));
  if (!found) throw new Error('these tests need PostgreSQL (Debian: apt-get install postgresql)');
  return found;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** PostgreSQL refuses to run as root: then it runs as the system's `postgres` user. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startCluster(): Promise<Cluster> {
  const bin = await binaries();
  const folder = await mkdtemp(path.join(tmpdir(), 'sm-postgres-'));
  const user = owner();
  if (user) await chown(folder, user.uid, user.gid);
  const data = path.join(folder, 'data');
  const run = { cwd: folder, stdio: 'pipe' as const, ...user, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
  execFileSync(path.join(bin, 'initdb'), ['-D', data, '-U', 'meeting', '--auth=trust', '-E', 'UTF8', '--no-sync'], run);
  const port = await freePort();
  const address = `postgres://meeting@127.0.0.1:${port}`;
  const options = [
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    folder,
    '-c',
    'fsync=off',
    '-c',
    'max_connections=60',
  ];
  let child: ReturnType<typeof spawn> | undefined;
  let databases = 0;
  const psql = (database: string, command: string): string =>
    execFileSync(path.join(bin, 'psql'), [`${address}/${database}`, '-qAtc', command], { ...run, encoding: 'utf8' });

  const mounts: string[] = [];
  const create = (more = ''): string => {
    const name = `meeting_${++databases}`;
    psql('postgres', `create database ${name}${more}`);
    return `${address}/${name}`;
  };
  const start = async (): Promise<void> => {
    child = spawn(path.join(bin, 'postgres'), options, { ...run, stdio: 'ignore' });
    for (let i = 0; ; i++) {
      try {
        psql('postgres', 'select 1');
        return;
      } catch (error) {
        if (i > 100 || child.exitCode !== null) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  await start();
  return {
    port,
    createDatabase: () => create(),
    async createSmallDatabase(megabytes) {
      const place = path.join(folder, `small-${mounts.length}`);
      await mkdir(place);
      const whose = `uid=${user?.uid ?? 0},gid=${user?.gid ?? 0},mode=0700,size=${megabytes}m`;
      execFileSync('mount', ['-t', 'tmpfs', '-o', whose, 'tmpfs', place], { stdio: 'pipe' });
      mounts.push(place);
      psql('postgres', `create tablespace small_${mounts.length} location '${place}'`);
      return create(` tablespace small_${mounts.length}`);
    },
    kill: () => end('SIGQUIT'),
    start,
    async stop() {
      await end('SIGQUIT');
      for (const place of mounts) execFileSync('umount', [place]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
