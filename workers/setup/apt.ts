import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, type CommandResult } from './run-command';

/** Is this a Debian or a child of it, with its package tools? */
export async function hasApt(): Promise<boolean> {
  const [apt, dpkg] = await Promise.all([
    runCommand('apt-get', ['--version']),
    runCommand('dpkg-query', ['--version']),
  ]);
  return apt.code === 0 && dpkg.code === 0;
}

/**
 * Downloads packages and unpacks them into `folder`, with those libraries that they need and that the system lacks.
 * Changes nothing outside `folder`; needs no root: where the system has no package lists, private ones are fetched.
 * @param librariesOf those whose libraries are wanted, when others of `names` also depend on what is not needed here
 * @throws Error with apt's own words
 */
export async function unpackPackages(
  names: readonly string[],
  folder: string,
  librariesOf: readonly string[] = names,
): Promise<void> {
  const downloads = path.join(folder, 'packages');
  await mkdir(downloads, { recursive: true });
  const options = await aptOptions(names, path.join(folder, 'apt'));
  const wanted = [...names, ...(await missingLibraries(librariesOf, options))];
  check(
    await runCommand('apt-get', [...options, 'download', ...wanted], { cwd: downloads, limitMs: 180_000 }),
    'apt-get download',
  );
  for (const file of await readdir(downloads))
    if (file.endsWith('.deb'))
      check(await runCommand('dpkg', ['-x', path.join(downloads, file), path.join(folder, 'root')]), `dpkg -x ${file}`);
}

/** Installs packages on the system. Root only; their services must be harmless. @throws Error with apt's own words */
export async function installPackages(names: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env, limitMs: 300_000 });
  let result = await install();
  if (result.code !== 0) {
    await runCommand('apt-get', ['update'], { env, limitMs: 180_000 });
    result = await install();
  }
  check(result, `apt-get install ${names.join(' ')}`);
}

/** Options that point apt to package lists that know `names`: the system's own, else private ones under `folder`. */
async function aptOptions(names: readonly string[], folder: string): Promise<string[]> {
  const known = await runCommand('apt-cache', ['show', '--no-all-versions', ...names]);
  if (known.code === 0) return [];
  const lists = path.join(folder, 'lists');
  await mkdir(path.join(lists, 'partial'), { recursive: true });
  await mkdir(path.join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const options = [
    '-o',
    `Dir::State::Lists=${lists}`,
    '-o',
    `Dir::Cache=${path.join(folder, 'cache')}`,
    '-o',
    'APT::Sandbox::User=',
  ];
  check(await runCommand('apt-get', [...options, 'update'], { limitMs: 180_000 }), 'apt-get update');
  return options;
}

async function missingLibraries(names: readonly string[], options: readonly string[]): Promise<string[]> {
  const only = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`);
  const depends = check(
    await runCommand('apt-cache', [...options, 'depends', '--recurse', ...only, ...names]),
    'apt-cache depends',
  );
  const libraries = depends.stdout.split('\n').filter((line) => /^lib[a-z0-9.+-]+$/.test(line));
  const query = await runCommand('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...libraries]);
  const installed = new Set(
    query.stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])),
  );
  return libraries.filter((name) => !installed.has(name));
}

function check(result: CommandResult, what: string): CommandResult {
  if (result.code === 0) return result;
  const words = (result.stderr || result.stdout).trim().split('\n').slice(-3).join(' ');
  throw new Error(`${what} failed: ${words || `code ${result.code}`}`);
}
