import { spawn, type ChildProcess } from 'node:child_process';

/** Starts a real collector process that watches `redisUrl`. End it with `endProcess`. */
export function startCollectorProcess(
  redisUrl: string,
  dataDir: string,
  env: Record<string, string> = {},
): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'workers/collector.ts'], {
    env: {
      NODE_ENV: 'production',
      PATH: process.env['PATH'],
      REDIS_URL: redisUrl,
      TAILBACK_DATA_DIR: dataDir,
      TAILBACK_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Sends `signal` and waits for the end; answers the exit code, `null` when a signal ended it. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exit;
}

/** Asks again and again until the answer is truthy. @throws Error after `limitMs` */
export async function until<T>(read: () => Promise<T | null | undefined | false>, limitMs: number): Promise<T> {
  for (const limit = Date.now() + limitMs; ;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > limit) throw new Error(`nothing within ${limitMs} ms`);
    await pause(50);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
