import type { Redis } from '../../redis/connection';

/**
 * For each id of a sorted set: its score in it, and fields of its hash; one answer instead of two commands a job.
 * KEYS[1]: the set. ARGV: the prefix of the jobs' keys, the number of fields, the fields, the ids.
 */
const PLACES = `
local base, count = ARGV[1], tonumber(ARGV[2])
local out = {}
for i = count + 3, #ARGV do
  local row = redis.call('HMGET', base .. ARGV[i], unpack(ARGV, 3, count + 2))
  table.insert(row, 1, redis.call('ZSCORE', KEYS[1], ARGV[i]))
  out[#out + 1] = row
end
return out
`;

const NAME = 'tailbackPlaces';
type Row = [score: string | null, ...fields: (string | null)[]];
type WithCommand = Record<typeof NAME, (...args: (string | number)[]) => Promise<Row[]>>;

/** Score (`null`: not in `set`) and `fields` of each of some hundred jobs, in the order of `ids`. */
export async function readPlaces(
  redis: Redis,
  base: string,
  set: string,
  fields: readonly string[],
  ids: readonly string[],
): Promise<Row[]> {
  if (ids.length === 0) return [];
  if (!(NAME in redis)) redis.defineCommand(NAME, { numberOfKeys: 1, lua: PLACES, readOnly: true });
  return (redis as unknown as WithCommand)[NAME](`${base}:${set}`, `${base}:`, fields.length, ...fields, ...ids);
}
