import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A digest of every key that is not Tailback's own, with its content and without the time it has left to live. */
export async function digestOfWatched(redis: Redis): Promise<string> {
  const keys: string[] = [];
  for await (const found of redis.scanStream({ count: 1_000 })) keys.push(...(found as string[]));
  const hash = createHash('sha256');
  for (const key of keys.filter((name) => !name.startsWith('tailback:')).sort())
    hash.update(key).update((await redis.dumpBuffer(key)) ?? '');
  return hash.digest('hex');
}
