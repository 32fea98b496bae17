import type { Redis } from 'ioredis';

/** The bare O(1) reads that a snapshot cannot do without, one list a kind: what the floor of every ratio is made of. */
export const FLOOR_COMMANDS = {
  bull: [
    'LLEN wait',
    'LLEN active',
    'LLEN paused',
    'ZCARD delayed',
    'ZCARD completed',
    'ZCARD failed',
    'EXISTS meta-paused',
  ],
  bullmq: [
    'LLEN wait',
    'LLEN active',
    'LLEN paused',
    'ZCARD prioritized',
    'ZCARD delayed',
    'ZCARD waiting-children',
    'ZCARD completed',
    'ZCARD failed',
    'HGET meta paused',
  ],
} as const;

/** These reads in one script: the least that a snapshot of all queues costs. Kept in step with the list above. */
const SCRIPT = `
local out = {}
for i, base in ipairs(KEYS) do
  if ARGV[i] == 'bull' then
    out[i] = { redis.call('LLEN', base .. ':wait'), redis.call('LLEN', base .. ':active'), redis.call('LLEN', base .. ':paused'),
      redis.call('ZCARD', base .. ':delayed'), redis.call('ZCARD', base .. ':completed'), redis.call('ZCARD', base .. ':failed'),
      redis.call('EXISTS', base .. ':meta-paused') }
  else
    out[i] = { redis.call('LLEN', base .. ':wait'), redis.call('LLEN', base .. ':active'), redis.call('LLEN', base .. ':paused'),
      redis.call('ZCARD', base .. ':prioritized'), redis.call('ZCARD', base .. ':delayed'), redis.call('ZCARD', base .. ':waiting-children'),
      redis.call('ZCARD', base .. ':completed'), redis.call('ZCARD', base .. ':failed'), redis.call('HGET', base .. ':meta', 'paused') }
  end
end
return out
`;

export type BenchQueue = { base: string; kind: 'bull' | 'bullmq' };

/** One floor snapshot of all queues in one script. */
export async function floorSnapshot(redis: Redis, queues: readonly BenchQueue[]): Promise<unknown[]> {
  return (await redis.eval(
    SCRIPT,
    queues.length,
    ...queues.map(({ base }) => base),
    ...queues.map(({ kind }) => kind),
  )) as unknown[];
}
