import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRedis, type RedisBinary } from './find-redis';
import { freePort } from './free-port';
import { findOnPath } from './run-command';
import { SetupError } from './step';

export type PrivateRedis = {
  url: string;
  port: number;
  pid: number;
  binary: RedisBinary;
  /** Settles when the server has ended, by whatever cause. */
  ended: Promise<void>;
  stop(): Promise<void>;
};

const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 10_000;

/**
 * Starts a Redis of our own on a free port of 127.0.0.1. It dies with this process where the system can see to it.
 * @param dataFolder kept, with snapshots on disk; without it a temporary folder is used and nothing is saved
 * @throws SetupError when no server program is found or it does not start
 */
export async function startPrivateRedis({
  dataFolder,
  binary,
}: { dataFolder?: string; binary?: RedisBinary } = {}): Promise<PrivateRedis> {
  const program = binary ?? (await findRedis());
  const folder = dataFolder ?? (await mkdtemp(path.join(tmpdir(), 'tailback-redis-')));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const child = await launch(program.file, [
    // Files of tests use databases by number, and four of them run at the same time.
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--databases', '256'],
    ...['--appendonly', 'no', '--save', dataFolder ? '60 1000' : '', '--daemonize', 'no'],
    ...['--maxmemory', '512mb', '--maxmemory-policy', 'noeviction', '--loglevel', 'warning'],
  ]);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output.push(text);
      if (output.length > 20) output.shift();
    });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const cleanUp = () => (dataFolder ? Promise.resolve() : rm(folder, { recursive: true, force: true }));

  if (!(await answers(port, child))) {
    child.kill('SIGKILL');
    await cleanUp();
    throw new SetupError(
      `Redis (${program.file}) does not start: ${output.join('').trim().slice(-500) || 'no output'}`,
    );
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    binary: program,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
        await ended;
        clearTimeout(timer);
      }
      await cleanUp();
    },
  };
}

/** A session of its own keeps Ctrl-C in the terminal from ending Redis before those who still write to it. */
async function launch(file: string, args: string[]): Promise<ChildProcess> {
  const setpriv = process.platform === 'linux' ? await findOnPath('setpriv') : null;
  const [command, commandArgs] = setpriv ? [setpriv, ['--pdeathsig', 'TERM', file, ...args]] : [file, args];
  return spawn(command, commandArgs, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  let hasFailed = false;
  child.once('error', () => (hasFailed = true));
  for (const end = Date.now() + START_LIMIT_MS; Date.now() < end;) {
    if (hasFailed || child.exitCode !== null) return false;
    if (await ping(port)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** `LOADING` while a snapshot is read counts as no answer. */
function ping(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 }, () => socket.write('PING\r\n'));
    const end = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
