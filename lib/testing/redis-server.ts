import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { isFree } from '../../workers/setup/free-port';
import { findOnPath } from '../../workers/setup/run-command';

const START_LIMIT_MS = 10_000;
const HOST = '127.0.0.1';
/** Below the ports that systems give to outgoing connections; a Cluster's bus listens 10,000 higher. */
const PORTS = { from: 20_000, to: 32_000, busOffset: 10_000 };

/** One server process on 127.0.0.1, in a folder of its own. It dies with this process. */
export type TestServer = {
  readonly host: string;
  readonly port: number;
  readonly pid: number | undefined;
  isRunning(): boolean;
  /** Starts it, also again after `kill`, on the same port and with what it has saved; waits until it answers. */
  start(): Promise<void>;
  /** Ends it as a crash does and waits for the end. */
  kill(): Promise<void>;
  /** Stops it in the middle of its work, with its connections open (SIGSTOP), until `thaw`. */
  freeze(): void;
  /** Removes what it has saved; call while it does not run. */
  forget(): Promise<void>;
  thaw(): void;
  /** A plain connection to this very server, ended by `close`. */
  client(): Redis;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
};

/** A port that is free, with the one that a Cluster's bus would use. */
async function freePair(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if ((await isFree(HOST, port)) && (await isFree(HOST, port + PORTS.busOffset))) return port;
  }
  throw new Error('no free ports on 127.0.0.1');
}

/**
 * Makes a server that is not started yet.
 * @param config lines of its configuration file besides port, address and folder; `port` is its own
 */
export async function prepareServer({
  config,
  isSentinel = false,
}: {
  config: (port: number) => string[];
  isSentinel?: boolean;
}): Promise<TestServer> {
  const port = await freePair();
  const folder = await mkdtemp(path.join(tmpdir(), 'tailback-server-'));
  const file = path.join(folder, 'server.conf');
  await writeFile(file, [`port ${port}`, `bind ${HOST}`, `dir ${folder}`, ...config(port), ''].join('\n'));
  const setpriv = process.platform === 'linux' ? await findOnPath('setpriv') : null;
  const program = process.env['TEST_REDIS_BIN'] ?? 'redis-server';
  const words = [program, file, ...(isSentinel ? ['--sentinel'] : [])];
  const [command = '', ...args] = setpriv ? [setpriv, '--pdeathsig', 'KILL', ...words] : words;
  const clients: Redis[] = [];
  let child: ChildProcess | null = null;
  const isRunning = () => child !== null && child.exitCode === null && child.signalCode === null;
  const kill = async () => {
    const ending = child;
    if (!ending || !isRunning()) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  };
  return {
    host: HOST,
    port,
    get pid() {
      return child?.pid;
    },
    isRunning,
    async start() {
      if (isRunning()) return;
      child = spawn(command, args, { stdio: 'ignore', detached: true });
      await answers(port, isRunning);
    },
    kill,
    forget: () => rm(path.join(folder, 'dump.rdb'), { force: true }),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    client() {
      const redis = new Redis({ host: HOST, port, maxRetriesPerRequest: null });
      redis.on('error', () => undefined);
      clients.push(redis);
      return redis;
    },
    async close() {
      for (const client of clients) client.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number, isRunning: () => boolean): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; Date.now() < end;) {
    const redis = new Redis({ host: HOST, port, lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      await redis.ping();
      return;
    } catch {
      if (!isRunning()) throw new Error(`the server on port ${port} has ended at its start`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    } finally {
      redis.disconnect();
    }
  }
  throw new Error(`the server on port ${port} does not answer`);
}

/** Ends servers in parallel, whatever state they are in. */
export async function closeAll(servers: readonly TestServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}
