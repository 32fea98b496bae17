import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { configurationVariables } from './configuration';
import { withPidLock } from './pid-lock';
import { runCommand } from './run-command';
import { SetupError } from './step';
import { PROJECT_FOLDER } from './supervise';

/** All that ends up in Next's output. */
const SOURCES = [
  ...['app', 'components', 'lib', 'public', 'instrumentation.ts', 'instrumentation-client.ts', 'proxy.ts'],
  ...['next.config.ts', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json'],
];
const IS_TEST = /\.(test|e2e|contract)\.tsx?$|[\\/]lib[\\/]testing[\\/]/;
const MARKER = path.join(PROJECT_FOLDER, '.next', 'tailback-source-hash');
const BUILD_LIMIT_MS = 10 * 60_000;

/**
 * `next build`, when the sources have changed since the last one. Waits while another process of ours builds.
 * @returns what was done, for the progress line
 * @throws SetupError with the end of the build's output
 */
export async function buildIfNeeded(): Promise<'built' | 'up to date'> {
  const hash = await hashOfSources();
  const isBuilt = async () => (await readFile(MARKER, 'utf8').catch(() => '')).trim() === hash;
  // Nothing is written then: what is deployed may lie in a folder that cannot be.
  if (await isBuilt()) return 'up to date';
  return withPidLock(path.join(PROJECT_FOLDER, '.cache', 'build.pid'), BUILD_LIMIT_MS, 'building', async () => {
    if (await isBuilt()) return 'up to date';
    // A build that is cut short must not count as the one before it.
    await rm(MARKER, { force: true });
    await build();
    await writeFile(MARKER, `${hash}\n`);
    return 'built';
  });
}

async function build(): Promise<void> {
  const next = path.join(PROJECT_FOLDER, 'node_modules/next/dist/bin/next');
  // What is no use to the build cannot get into it.
  const withheld = Object.fromEntries(configurationVariables().map((name) => [name, undefined]));
  const env = { ...withheld, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  const options = { cwd: PROJECT_FOLDER, env, limitMs: BUILD_LIMIT_MS };
  const { code, stdout, stderr } = await runCommand(process.execPath, [next, 'build'], options);
  if (code !== 0)
    throw new SetupError(`next build failed (code ${code}):\n${`${stdout}\n${stderr}`.trim().slice(-4_000)}`);
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(process.version.split('.')[0] ?? '');
  for (const source of SOURCES)
    for (const file of await filesIn(path.join(PROJECT_FOLDER, source))) {
      hash
        .update(path.relative(PROJECT_FOLDER, file))
        .update('\0')
        .update(await readFile(file))
        .update('\0');
    }
  return hash.digest('hex');
}

async function filesIn(place: string): Promise<string[]> {
  const kind = await stat(place).catch(() => null);
  if (kind === null) return [];
  if (kind.isFile()) return [place];
  const entries = await readdir(place, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !IS_TEST.test(file))
    .sort();
}
