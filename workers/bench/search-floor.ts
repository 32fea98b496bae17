import type { Redis } from 'ioredis';

/** Jobs a script of the floor looks at. */
export const FLOOR_CHUNK = 500;

/** The least a search can do: read the fields of each job in order and look for a text in them, as it is written. */
const FLOOR = `
local ids = redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[2])
local found = {}
for i = 1, #ids do
  for f = 5, #ARGV do
    local value = redis.call('HGET', ARGV[3] .. ids[i], ARGV[f])
    if value and string.find(value, ARGV[4], 1, true) then found[#found + 1] = ids[i] break end
  end
end
return found
`;

/** Goes through a whole set in scripts of 500 jobs; answers how many jobs hold the text. */
export async function floorSearch(
  redis: Redis,
  base: string,
  count: number,
  fields: readonly string[],
  text: string,
): Promise<number> {
  let found = 0;
  for (let start = 0; start < count; start += FLOOR_CHUNK) {
    const end = start + FLOOR_CHUNK - 1;
    found += ((await redis.eval(FLOOR, 1, `${base}:failed`, start, end, `${base}:`, text, ...fields)) as string[])
      .length;
  }
  return found;
}

/** The least a page of a list costs: ids of a range, then the fields that a row shows. */
export async function floorPage(redis: Redis, base: string, start: number, limit: number): Promise<number> {
  const ids = await redis.zrevrange(`${base}:failed`, start, start + limit - 1, 'WITHSCORES');
  const pipeline = redis.pipeline();
  for (let at = 0; at < ids.length; at += 2)
    pipeline.hmget(
      `${base}:${ids[at] ?? ''}`,
      'name',
      'data',
      'opts',
      'timestamp',
      'processedOn',
      'finishedOn',
      'attemptsMade',
      'atm',
      'delay',
      'priority',
      'failedReason',
      'progress',
    );
  return (await pipeline.exec())?.length ?? 0;
}
