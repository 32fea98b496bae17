import type { ChainableCommander, Cluster, Redis as OneRedis } from 'ioredis';
import calculateSlot from 'cluster-key-slot';
import { isCluster, type Redis } from './connection';

/** The number of the database that a connection works in; a Cluster has 0 only. */
export function databaseOf(redis: Redis): number {
  return isCluster(redis) ? 0 : (redis.options.db ?? 0);
}

/** Slot (0–16383) of a key: all keys with one hash tag (`{…}`) share theirs. */
export function slotOf(key: string): number {
  return calculateSlot(key);
}

/** Address of the Cluster's master that holds a slot, as far as this connection knows; `null` when nobody does. */
export function masterOf(redis: Cluster, slot: number): string | null {
  return redis.slots[slot]?.[0] ?? null;
}

/** Splits what concerns many keys so that each part concerns one slot, as scripts and commands with many keys must. */
export function bySlot<T>(redis: Redis, items: readonly T[], keyOf: (item: T) => string): T[][] {
  return isCluster(redis) ? groups(items, (item) => slotOf(keyOf(item))) : [[...items]];
}

/** Splits what concerns many keys so that each part lies on one server, as pipelines must. */
export function byServer<T>(redis: Redis, items: readonly T[], keyOf: (item: T) => string): T[][] {
  if (!isCluster(redis)) return [[...items]];
  return groups(items, (item) => redis.slots[slotOf(keyOf(item))]?.join() ?? '');
}

function groups<T, K>(items: readonly T[], groupOf: (item: T) => K): T[][] {
  const found = new Map<K, T[]>();
  for (const item of items) {
    const group = groupOf(item);
    const known = found.get(group);
    if (known) known.push(item);
    else found.set(group, [item]);
  }
  return [...found.values()];
}

/** Says whether a Cluster's node refused because the keys lie, or are about to lie, on another. */
export function isRedirection(error: Error): boolean {
  return /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN) /.test(error.message);
}

export type Reply = [error: Error | null, value: unknown];

/**
 * Asks about many keys in one pipeline a server. `ask` adds the commands of one item, all of the slot of its key.
 * @returns for each item, in order, the replies to its commands
 * @throws when a server does not answer at all
 */
export async function askEach<T>(
  redis: Redis,
  items: readonly T[],
  keyOf: (item: T) => string,
  ask: (pipeline: ChainableCommander, item: T) => void,
): Promise<Reply[][]> {
  const answers: Reply[][] = items.map(() => []);
  const numbered = [...items.entries()];
  await Promise.all(
    byServer(redis, numbered, ([, item]) => keyOf(item)).map(async (group) => {
      const pipeline = redis.pipeline();
      const ends = group.map(([, item]) => {
        ask(pipeline, item);
        return pipeline.length;
      });
      const replies = ((await pipeline.exec()) ?? []) as Reply[];
      if (isCluster(redis) && replies.some(([error]) => error && isRedirection(error))) redis.refreshSlotsCache();
      for (const [at, [index]] of group.entries()) answers[index] = replies.slice(ends[at - 1] ?? 0, ends[at]);
    }),
  );
  return answers;
}

/** As `askEach`; the first error among the replies is thrown. */
export async function valuesOfEach<T>(
  redis: Redis,
  items: readonly T[],
  keyOf: (item: T) => string,
  ask: (pipeline: ChainableCommander, item: T) => void,
): Promise<unknown[][]> {
  return (await askEach(redis, items, keyOf, ask)).map((replies) =>
    replies.map(([error, value]) => {
      if (error) throw error;
      return value;
    }),
  );
}

/** The server that holds `key` now; `null` while none is known. */
export function serverOf(redis: Redis, key: string): OneRedis | null {
  if (!isCluster(redis)) return redis;
  const address = masterOf(redis, slotOf(key));
  return redis.nodes('master').find(({ options }) => `${options.host}:${options.port}` === address) ?? null;
}
