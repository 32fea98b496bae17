import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Ends the collector by its process id, and each that is started in its place, until the returned function is called. */
export function keepCollectorDown(): () => Promise<void> {
  let isDown = true;
  const killing = (async () => {
    for (; isDown; await pause(50)) for (const pid of await collectorPids()) end(pid);
  })();
  return async () => {
    isDown = false;
    await killing;
  };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself in the meantime.
  }
}

/** Collectors that this process has started. */
async function collectorPids(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const [stat, command] = await Promise.all([
          readFile(`/proc/${pid}/stat`, 'utf8'),
          readFile(`/proc/${pid}/cmdline`, 'utf8'),
        ]);
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return parent === process.pid && command.includes('workers/collector.ts') ? Number(pid) : null;
      } catch {
        return null;
      }
    }),
  );
  return found.filter((pid) => pid !== null);
}
