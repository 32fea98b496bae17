import bullScript from 'bull/lib/scripts/cleanJobsInSet-3.js';
import { cleanJobsInSet as bullMqScript } from 'bullmq/dist/cjs/scripts/cleanJobsInSet-3.js';
import { cleanJobsInSet as bullMq5Script } from 'bullmq5/dist/cjs/scripts/cleanJobsInSet-3.js';
import type { LibraryQueue } from './libraries';

/**
 * The libraries' script behind `clean` marks entries at the old end of a list, and then looks for the marks through the
 * whole list: 26 ms where half a million jobs wait. In front of it, in the same step, the search is told how many marks
 * there are and to begin where they stand. What is removed is the same.
 */
const FROM_THE_OLD_END = `
local theirs = redis
local marks = 0
local redis = setmetatable({
  call = function(...)
    local command, key, count, mark = ...
    if command == 'LSET' then marks = marks + 1 end
    if command ~= 'LREM' or count ~= 0 then return theirs.call(...) end
    if marks == 0 then return 0 end
    return theirs.call('LREM', key, -marks, mark)
  end
}, { __index = theirs })
`;

const SCRIPTS = {
  bull: { name: 'tailbackCleanList', content: bullScript.content },
  bullmq5: { name: 'tailbackCleanList5', content: bullMq5Script.content },
  bullmq6: { name: 'tailbackCleanList6', content: bullMqScript.content },
};

type Client = {
  defineCommand(name: string, definition: { numberOfKeys: number; lua: string }): void;
} & Record<string, (...args: (string | number)[]) => Promise<string[]>>;

/**
 * One run of the library's own script over the `limit` jobs at the old end of a list: those made, or last tried, by
 * `until` (ms) go. O(limit). @returns the ids of those that went
 */
export async function cleanList(
  client: unknown,
  { library, queue }: LibraryQueue,
  list: 'wait' | 'paused',
  until: number,
  limit: number,
): Promise<string[]> {
  const { name, content } = SCRIPTS[library];
  const commands = client as Client;
  if (!(name in commands)) commands.defineCommand(name, { numberOfKeys: 3, lua: FROM_THE_OLD_END + content });
  const [second, third] = library === 'bull' ? ['priority', 'limiter'] : ['events', 'repeat'];
  const keys = [list, second, third].map((key) => queue.toKey(key));
  return (await commands[name]?.(...keys, queue.toKey(''), until, limit, list)) ?? [];
}
