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
local names, limits, all = {}, {}, {}
for i = 1, count do all[i] = ARGV[i + 1] end
for i = count + 2, #ARGV, 2 do
  names[#names + 1], limits[#limits + 1] = ARGV[i], tonumber(ARGV[i + 1])
  all[#all + 1] = ARGV[i]
end
local sized = #names
local out = {}
for k, key in ipairs(KEYS) do
  local row, lengths, wanted = {}, {}, all
  for s = 1, sized do
    local length = redis.pcall('HSTRLEN', key, names[s])
    if type(length) ~= 'number' then lengths = nil break end
    lengths[s] = length
    if length > limits[s] then wanted = nil end
  end
  if lengths then
    if not wanted then
      wanted = {}
      for i = 1, count do wanted[i] = all[i] end
      for s = 1, sized do
        if lengths[s] <= limits[s] then wanted[#wanted + 1] = names[s] end
      end
    end
    local values, at = redis.call('HMGET', key, unpack(wanted)), count
    for i = 1, count do row[i] = values[i] end
    for s = 1, sized do
      local text = false
      if lengths[s] <= limits[s] then
        at = at + 1
        if lengths[s] > 0 then text = values[at] end
      end
      row[#row + 1], row[#row + 2] = lengths[s], text
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
