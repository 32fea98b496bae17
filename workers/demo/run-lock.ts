import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SetupError } from '../setup/step';

/**
 * One demo at a time in this folder: two would share one Redis data file.
 * @returns a function that gives the lock back
 * @throws SetupError when another demo runs
 */
export async function lockDemo(root: string): Promise<() => Promise<void>> {
  const file = path.join(root, 'demo.pid');
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  if (pid > 0 && pid !== process.pid && (await isDemo(pid)))
    throw new SetupError(
      `A demo already runs in this folder (process ${pid}). Stop it first, with Ctrl-C where it runs.`,
    );
  await writeFile(file, String(process.pid));
  return () => rm(file, { force: true });
}

/** A process id may have been given to another program since. */
async function isDemo(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return commandLine === null || commandLine.includes('workers/demo/main.ts');
}
