import { MAX_STALLS, STALLS_KEPT_MS, stallSchema, type Stall } from '../domain/stall';
import type { Redis } from '../redis/connection';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';

/** Two collectors hear Bull's message of one stall at different moments. */
const SAME_WITHIN_MS = 2_000;

/** Commands that add stalls (oldest first) to those kept of a queue. */
export function stallCommands(queueKey: string, stalls: readonly Stall[]): Command[] {
  if (stalls.length === 0) return [];
  const key = keys.stalls(queueKey);
  return [
    ['LPUSH', key, ...stalls.map((stall) => JSON.stringify(stall))],
    ['LTRIM', key, 0, MAX_STALLS - 1],
    ['PEXPIRE', key, STALLS_KEPT_MS],
  ];
}

/** The stalls kept of a queue, newest first; what two collectors wrote of one is told once. */
export async function readStalls(store: Redis, queueKey: string): Promise<Stall[]> {
  const stalls: Stall[] = [];
  for (const text of await store.lrange(keys.stalls(queueKey), 0, MAX_STALLS - 1)) {
    const stall = parse(text);
    if (stall && !stalls.some(({ jobId, at }) => jobId === stall.jobId && Math.abs(at - stall.at) < SAME_WITHIN_MS))
      stalls.push(stall);
  }
  return stalls.sort((a, b) => b.at - a.at);
}

function parse(text: string): Stall | null {
  try {
    return stallSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
