import type { Redis } from '../../redis/connection';
import { isForbidden } from './broker-facts';
import { resultsOrNull } from './job-sets';

/** Fields as they lie in one job's hash. `lengths` in bytes; texts over their limit are not read. */
export type RawRow = {
  small: (string | null)[];
  sized: { bytes: number; text: string | null }[];
};
export type SizedField = { name: string; limit: number };

/** Rows in one script: keeps the broker for some tens of microseconds a row at most. */
const ROWS_AT_ONCE = 200;

/**
 * KEYS: the jobs' hashes. ARGV: number of small fields, these, then name and limit of each sized field. A row is the
 * values of the small ones, then length and text of each sized one; empty where the key is no hash.
 */
const READ_ROWS = `
local count = tonumber(ARGV[1])
local small = {}
for i = 1, count do small[i] = ARGV[i + 1] end
local out = {}
for k, key in ipairs(KEYS) do
  local row = redis.pcall('HMGET', key, unpack(small))
  if row.err then row = {} else
    for i = count + 2, #ARGV, 2 do
      local length = redis.call('HSTRLEN', key, ARGV[i])
      row[#row + 1] = length
      if length > 0 and length <= tonumber(ARGV[i + 1]) then row[#row + 1] = redis.call('HGET', key, ARGV[i])
      else row[#row + 1] = false end
    end
  end
  out[k] = row
end
return out
`;

const withoutScripts = new WeakSet<Redis>();

/** Fields of many jobs, lengths before texts: one script a page, or two pipelines where scripts are forbidden. */
export async function readRawRows(
  redis: Redis,
  keys: readonly string[],
  small: readonly string[],
  sized: readonly SizedField[],
): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for (let start = 0; start < keys.length; start += ROWS_AT_ONCE)
    rows.push(...(await readChunk(redis, keys.slice(start, start + ROWS_AT_ONCE), small, sized)));
  return rows;
}

async function readChunk(
  redis: Redis,
  keys: readonly string[],
  small: readonly string[],
  sized: readonly SizedField[],
): Promise<RawRow[]> {
  if (!withoutScripts.has(redis)) {
    try {
      const fields = sized.flatMap(({ name, limit }) => [name, String(limit)]);
      const replies = (await rowsScript(redis)(
        keys.length,
        ...keys,
        String(small.length),
        ...small,
        ...fields,
      )) as Cell[][];
      return replies.map((row) => fromReply(row, small.length, sized.length));
    } catch (error) {
      if (!isForbidden(error)) throw error;
      withoutScripts.add(redis);
    }
  }
  return readPlainly(redis, keys, small, sized);
}

type Cell = string | number | null;

function fromReply(row: readonly Cell[], smallCount: number, sizedCount: number): RawRow {
  return {
    small: Array.from({ length: smallCount }, (_, at) => (row[at] ?? null) as string | null),
    sized: Array.from({ length: sizedCount }, (_, at) => ({
      bytes: Number(row[smallCount + 2 * at] ?? 0),
      text: (row[smallCount + 2 * at + 1] ?? null) as string | null,
    })),
  };
}

async function readPlainly(
  redis: Redis,
  keys: readonly string[],
  small: readonly string[],
  sized: readonly SizedField[],
): Promise<RawRow[]> {
  const first = redis.pipeline();
  for (const key of keys) {
    first.hmget(key, ...small);
    for (const { name } of sized) first.hstrlen(key, name);
  }
  const stride = 1 + sized.length;
  const replies = await resultsOrNull(first);
  const bytesAt = (index: number, at: number) => Number(replies[index * stride + 1 + at] ?? 0);
  const isRead = (index: number, at: number) => bytesAt(index, at) > 0 && bytesAt(index, at) <= (sized[at]?.limit ?? 0);
  const second = redis.pipeline();
  // The id is asked for too, since HMGET needs at least one field.
  for (const [index, key] of keys.entries())
    second.hmget(key, 'id', ...sized.filter((_, at) => isRead(index, at)).map(({ name }) => name));
  const texts = await resultsOrNull(second);
  return keys.map((_, index) => {
    const [, ...read] = (texts[index] ?? []) as (string | null)[];
    return {
      small: small.map((_name, at) => ((replies[index * stride] ?? []) as (string | null)[])[at] ?? null),
      sized: sized.map((_field, at) => ({
        bytes: bytesAt(index, at),
        text: isRead(index, at) ? (read.shift() ?? null) : null,
      })),
    };
  });
}

type ScriptCall = (keyCount: number, ...args: string[]) => Promise<unknown>;

/** ioredis sends EVALSHA, and the text only when the server does not know it. */
function rowsScript(redis: Redis): ScriptCall {
  const withScript = redis as Redis & { tailbackRows?: ScriptCall };
  if (!withScript.tailbackRows) redis.defineCommand('tailbackRows', { lua: READ_ROWS });
  return (keyCount, ...args) => (withScript.tailbackRows as ScriptCall).call(redis, keyCount, ...args);
}
