import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasApt, unpackPackages } from './apt';
import { cacheFolder } from './cache-folder';
import { findOnPath, isExecutable, runCommand } from './run-command';
import { SetupError } from './step';

export type RedisBinary = { file: string; version: string; origin: 'PATH' | 'cache' | 'unpacked' };

const OLDEST: readonly [number, number] = [6, 2];

/**
 * A Redis or Valkey server program: from PATH, from our cache, or Debian's package unpacked into the cache.
 *
 * The package is unpacked for root too, although root could install it: an installed `redis-server` starts a daemon on
 * port 6379 (now or at the next boot) that nobody asked for, and one way is easier to keep working than two.
 * @throws SetupError that says what to install
 */
export async function findRedis(): Promise<RedisBinary> {
  const onPath = await findOnPath('redis-server', 'valkey-server');
  const found = onPath ? await usable(onPath, 'PATH') : null;
  if (found) return found;

  const folder = await cacheFolder(`redis-${process.arch}`);
  const wrapper = path.join(folder, 'redis-server');
  const cached = (await isExecutable(wrapper)) ? await usable(wrapper, 'cache') : null;
  if (cached) return cached;

  const reason = await unpackInto(folder, wrapper);
  const unpacked = reason === null ? await usable(wrapper, 'unpacked') : null;
  if (unpacked) return unpacked;
  const old = onPath ? ` ${onPath} is older than ${OLDEST.join('.')} or does not run.` : '';
  throw new SetupError(
    `No Redis server found.${old} Install one (Debian, Ubuntu: "apt-get install redis-server"; others: redis or valkey ` +
      `${OLDEST.join('.')} or newer) so that redis-server is on the PATH.${reason ? ` (Unpacking Debian's package: ${reason})` : ''}`,
  );
}

async function usable(file: string, origin: RedisBinary['origin']): Promise<RedisBinary | null> {
  const { code, stdout } = await runCommand(file, ['--version'], { limitMs: 10_000 });
  const match = / v=((\d+)\.(\d+)[.\d]*)/.exec(stdout);
  if (code !== 0 || !match) return null;
  const [, version = '', major, minor] = match;
  const isRecent = Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
  return isRecent ? { file, version, origin } : null;
}

/** @returns why it could not be done, `null` when it is done */
async function unpackInto(folder: string, wrapper: string): Promise<string | null> {
  if (!(await hasApt())) return 'this system has no apt-get';
  const root = path.join(folder, 'root');
  try {
    await rm(root, { recursive: true, force: true });
    // In Debian's redis-server package the program is a link to one in redis-tools: both are needed.
    await unpackPackages(['redis-server', 'redis-tools'], folder);
    const libraries = (await Promise.all(['usr/lib', 'lib'].map((lib) => libraryFolders(path.join(root, lib))))).flat();
    const program = path.join(root, 'usr/bin/redis-server');
    await writeFile(
      wrapper,
      `#!/bin/sh\nLD_LIBRARY_PATH=${quote(libraries.join(':'))}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}\nexport LD_LIBRARY_PATH\nexec ${quote(program)} "$@"\n`,
    );
    await chmod(wrapper, 0o755);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await rm(path.join(folder, 'packages'), { recursive: true, force: true });
    await rm(path.join(folder, 'apt'), { recursive: true, force: true });
  }
}

async function libraryFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return [
    folder,
    ...entries.filter((entry) => entry.name.includes('-linux-')).map((entry) => path.join(folder, entry.name)),
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
