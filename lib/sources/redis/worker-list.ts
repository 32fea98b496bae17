import type { Redis } from 'ioredis';
import { isForbidden } from './broker-facts';
import { workerFromClientName } from './keys';

export type Workers = {
  /** base → connected workers. */
  byBase: Map<string, number>;
  prefixes: Set<string>;
  /** Bases with workers in other databases of the server. */
  elsewhere: Set<string>;
  /** All clients of the server. */
  clients: number;
};

/**
 * Connected workers of all queues from one CLIENT LIST; `null` where the broker refuses the command.
 * The list covers the whole server, so connections of other databases are left out. A Bull process holds one
 * blocking connection a queue object, BullMQ one a worker: that many workers are counted, not their concurrency.
 */
export async function readWorkers(redis: Redis, database: number): Promise<Workers | null> {
  let list: string;
  try {
    list = (await redis.call('CLIENT', 'LIST', 'TYPE', 'normal')) as string;
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
  return parseClientList(list, database);
}

/** Pure part of `readWorkers`: one client a line, `key=value` pairs split by spaces. */
export function parseClientList(list: string, database: number): Workers {
  const workers: Workers = { byBase: new Map(), prefixes: new Set(), elsewhere: new Set(), clients: 0 };
  for (const line of list.split('\n')) {
    if (line === '') continue;
    workers.clients += 1;
    const name = / name=(\S*)/.exec(line)?.[1];
    const worker = name ? workerFromClientName(name) : null;
    if (!worker) continue;
    if (!line.includes(` db=${database} `)) {
      workers.elsewhere.add(worker.base);
      continue;
    }
    workers.prefixes.add(worker.prefix);
    workers.byBase.set(worker.base, (workers.byBase.get(worker.base) ?? 0) + 1);
  }
  return workers;
}
