import type { Redis } from '../redis/connection';
import { messageOf } from '../domain/errors';
import { luaRunFrom, wordsOf, type Command, type Word } from './commands';

/** Redis 7 runs a script of this heading above `maxmemory`, too: https://redis.io/docs/latest/develop/programmability/lua-api/#script_flags */
const HEADING = '#!lua flags=allow-oom\n';

const RUN_ALL = luaRunFrom(1);

/** Servers that do not know the heading. */
const withoutHeading = new WeakSet<Redis>();

/**
 * Runs a script that also a Redis out of memory should take: what tells people that it is full, and what lets them make
 * room. For little that replaces what was there. Before Redis 7 such a script is refused as any other.
 */
export async function evalWhenFull(
  redis: Redis,
  script: string,
  keys: readonly string[],
  args: readonly Word[],
): Promise<unknown> {
  if (!withoutHeading.has(redis))
    try {
      return await redis.eval(HEADING + script, keys.length, ...keys, ...args);
    } catch (error) {
      if (!/compiling|unexpected symbol|shebang|flag/i.test(messageOf(error))) throw error;
      withoutHeading.add(redis);
    }
  return redis.eval(script, keys.length, ...keys, ...args);
}

/** Runs commands as one step, at most some thousand words, as `evalWhenFull` does. `key`: any one that they touch. */
export async function runWhenFull(redis: Redis, key: string, commands: readonly Command[]): Promise<void> {
  await evalWhenFull(redis, RUN_ALL, [key], wordsOf(commands));
}
