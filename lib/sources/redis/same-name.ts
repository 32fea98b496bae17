import type { Redis } from '../../redis/connection';
import { isForbidden } from './broker-facts';

/** Bases looked for by one script. */
const BASES_PER_SCRIPT = 200;

/** SELECT inside a script holds for that script only. KEYS: bases; ARGV: databases. */
const FIND_ELSEWHERE = `
local found = {}
for _, database in ipairs(ARGV) do
  redis.call('SELECT', database)
  for _, base in ipairs(KEYS) do
    if redis.call('EXISTS', base .. ':id') == 1 and redis.call('EXISTS', base .. ':events') == 0 then found[#found + 1] = base end
  end
end
return found
`;

/**
 * Bull's channels carry no database number. Returns those of `bases` under which other databases of the server have
 * a Bull queue too, so that its messages cannot be told from ours. Empty where the broker does not let us look.
 */
export async function findSameNames(
  redis: Redis,
  bases: readonly string[],
  otherDatabases: readonly number[],
): Promise<Set<string>> {
  const found = new Set<string>();
  if (otherDatabases.length === 0) return found;
  try {
    for (let start = 0; start < bases.length; start += BASES_PER_SCRIPT) {
      const chunk = bases.slice(start, start + BASES_PER_SCRIPT);
      const reply = (await redis.eval(
        FIND_ELSEWHERE,
        chunk.length,
        ...chunk,
        ...otherDatabases.map(String),
      )) as string[];
      for (const base of reply) found.add(base);
    }
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
  return found;
}
