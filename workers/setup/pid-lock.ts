import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

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
