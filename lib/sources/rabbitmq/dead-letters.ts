import type { DeadLetters, Message } from '../../domain/message';
import { groupOf } from './dead-group';

/** Groups named one by one; the rest is in none. */
const MAX_GROUPS = 100;

/** Dead letters by reason, origin and error, the most frequent first. `here`: the queue in which they lie. */
export function groupDeadLetters(messages: readonly Message[], here: string): DeadLetters['groups'] {
  const groups = new Map<string, DeadLetters['groups'][number]>();
  for (const { headers } of messages) {
    const { group, title, header, death } = groupOf(headers, here);
    const key = JSON.stringify(group);
    const known = groups.get(key) ?? {
      group,
      count: 0,
      errorTitle: title,
      errorHeader: header,
      oldest: null,
      newest: null,
      deaths: 0,
      refusal:
        group.origin === null
          ? 'They do not say where they came from: they carry no x-death header, and no other that names a queue.'
          : null,
    };
    const at = death?.at ?? null;
    groups.set(key, {
      ...known,
      count: known.count + 1,
      oldest: at === null ? known.oldest : Math.min(known.oldest ?? at, at),
      newest: at === null ? known.newest : Math.max(known.newest ?? at, at),
      deaths: Math.max(known.deaths, death?.count ?? 0),
    });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, MAX_GROUPS);
}
