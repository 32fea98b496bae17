import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './step';

/**
 * Takes a lock that is a file with the holder's process id; one that a dead process left is taken over.
 * @returns a function that gives the lock back, or the id of the live process that holds it
 */
export async function takePidLock(file: string): Promise<(() => Promise<void>) | number> {
  await mkdir(path.dirname(file), { recursive: true });
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = Number(await readFile(file, 'utf8').catch(() => ''));
    if (pid > 0 && (await isOurKind(pid))) return pid;
    await rm(file, { force: true });
  }
}

/**
 * Runs `work` under such a lock, after whoever holds it.
 * @throws SetupError when it is not free within `limitMs`, naming what is waited for
 */
export async function withPidLock<T>(file: string, limitMs: number, what: string, work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + limitMs; Date.now() < end; await pause(500)) {
    const release = await takePidLock(file);
    if (typeof release === 'number') continue;
    try {
      return await work();
    } finally {
      await release();
    }
  }
  throw new SetupError(`Another process is still ${what} after ${limitMs / 60_000} minutes (${file}).`);
}

/** The id of a process that ended may belong to any other program by now. */
async function isOurKind(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return commandLine === null || /tsx|playwright|vitest|workers\//.test(commandLine);
}
