import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasApt, unpackPackages } from './apt';
import { cacheFolder } from './cache-folder';
import { withPidLock } from './pid-lock';
import { findOnPath, isExecutable } from './run-command';
import { SetupError } from './step';

/** `scripts`: folder of `rabbitmq-server` and `rabbitmqctl`; `erlang`: folder of `erl` and `epmd`. */
export type RabbitBinary = {
  scripts: string;
  erlang: string;
  version: string;
  origin: 'installed' | 'cache' | 'unpacked';
};

const UNPACK_LIMIT_MS = 5 * 60_000;
const ERLANG = [
  ...['asn1', 'base', 'crypto', 'eldap', 'inets', 'mnesia', 'os-mon', 'parsetools'],
  ...['public-key', 'runtime-tools', 'ssl', 'syntax-tools', 'tools', 'xmerl'],
].map((part) => `erlang-${part}`);

/**
 * A RabbitMQ server: one that is installed, from our cache, or Debian's packages unpacked into the cache.
 *
 * Unpacked for root too: installing it starts a broker and epmd on standard ports and all addresses.
 * @throws SetupError that says what to install
 */
export async function findRabbitMq(): Promise<RabbitBinary> {
  const erl = await findOnPath('erl');
  const installed = erl ? await serverBelow('/usr/lib/rabbitmq/lib', path.dirname(erl), 'installed') : null;
  if (installed) return installed;

  const folder = await cacheFolder(`rabbitmq-${process.arch}`);
  const inCache = (origin: RabbitBinary['origin']) =>
    serverBelow(path.join(folder, 'root/usr/lib/rabbitmq/lib'), path.join(folder, 'root/usr/lib/erlang/bin'), origin);
  // Written last: a folder that was left half unpacked is none.
  const whole = async () => {
    const isWhole = await readFile(path.join(folder, 'whole'), 'utf8').catch(() => null);
    return isWhole === null ? null : inCache('cache');
  };
  const cached = await whole();
  if (cached) return cached;

  return withPidLock(path.join(folder, 'unpack.pid'), UNPACK_LIMIT_MS, 'unpacking RabbitMQ', async () => {
    const byAnother = await whole();
    if (byAnother) return byAnother;
    const reason = await unpackInto(folder);
    const unpacked = reason === null ? await inCache('unpacked') : null;
    if (unpacked) return unpacked;
    throw new SetupError(
      'No RabbitMQ server found. Install one (Debian, Ubuntu: "apt-get install rabbitmq-server", which also starts it on ' +
        `its standard ports) so that /usr/lib/rabbitmq and erl on the PATH exist. (Unpacking Debian's packages: ${reason ?? 'they hold no server'})`,
    );
  });
}

async function serverBelow(
  folder: string,
  erlang: string,
  origin: RabbitBinary['origin'],
): Promise<RabbitBinary | null> {
  for (const entry of await readdir(folder).catch(() => [])) {
    const version = /^rabbitmq_server-(.+)$/.exec(entry)?.[1];
    const scripts = path.join(folder, entry, 'sbin');
    if (version && (await isExecutable(path.join(scripts, 'rabbitmq-server'))))
      return { scripts, erlang, version, origin };
  }
  return null;
}

/** @returns why it could not be done, `null` when it is done */
async function unpackInto(folder: string): Promise<string | null> {
  if (!(await hasApt())) return 'this system has no apt-get';
  const root = path.join(folder, 'root');
  const whole = path.join(folder, 'whole');
  try {
    await rm(whole, { force: true });
    await rm(root, { recursive: true, force: true });
    await unpackPackages(['rabbitmq-server', ...ERLANG], folder, ['erlang-base', 'erlang-crypto']);
    await moveErlang(path.join(root, 'usr/lib/erlang'));
    await writeFile(whole, '');
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await rm(path.join(folder, 'packages'), { recursive: true, force: true });
    await rm(path.join(folder, 'apt'), { recursive: true, force: true });
  }
}

/** Debian's `erl` names its folder by the path that the package would be installed at. */
async function moveErlang(folder: string): Promise<void> {
  const erts = (await readdir(folder)).filter((entry) => entry.startsWith('erts-'));
  for (const file of ['bin/erl', ...erts.map((entry) => `${entry}/bin/erl`)]) {
    const script = path.join(folder, file);
    const text = await readFile(script, 'utf8');
    await writeFile(script, text.replaceAll('ROOTDIR=/usr/lib/erlang', `ROOTDIR='${folder.replaceAll("'", `'\\''`)}'`));
  }
}
