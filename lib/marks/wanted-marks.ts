import type { Mark, MarkKind } from '../domain/mark';
import { compilePattern } from '../domain/pattern';
import { queueLabel } from '../domain/queue-key';
import type { QueueId } from '../domain/queue';

export type MarkFilter = {
  kinds?: readonly MarkKind[] | undefined;
  source?: string | undefined;
  /** Pattern of queues as in alert rules. */
  queues?: string | undefined;
  /** Words that must stand in it, wherever; letters large or small. */
  text?: string | undefined;
};

/**
 * Whether a mark is one of those that a filter means. What concerns a whole source or all queues concerns the queues
 * of a pattern, too. `known`: the queues that the reader may see, for marks that carry a pattern of their own.
 */
export function wantedMarks(
  { kinds, source, queues, text }: MarkFilter,
  known: readonly { id: QueueId }[],
): (mark: Mark) => boolean {
  const covers = queues === undefined ? null : compilePattern(queues);
  const meant = covers && known.filter(({ id }) => covers(id));
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (mark) => {
    if (kinds && !kinds.includes(mark.kind)) return false;
    if (source !== undefined && mark.source !== null && mark.source !== source) return false;
    if (meant && covers && !concernsSome(mark, meant, covers)) return false;
    if (words.length === 0) return true;
    const said = [mark.text, mark.by, mark.pattern, mark.source, mark.kind, mark.queue && queueLabel(mark.queue)]
      .join(' ')
      .toLowerCase();
    return words.every((word) => said.includes(word));
  };
}

/** Whether a reader who sees these queues may see the mark: patterns of others may name queues that are hidden. */
export function visibleMarks(
  canSee: (queue: QueueId) => boolean,
  known: readonly { id: QueueId }[],
): (mark: Mark) => boolean {
  return ({ queue, pattern }) => {
    if (queue !== null) return canSee(queue);
    if (pattern === null) return true;
    const covers = compilePattern(pattern);
    return known.some(({ id }) => covers(id));
  };
}

function concernsSome(
  { queue, pattern, source }: Mark,
  meant: readonly { id: QueueId }[],
  covers: (id: QueueId) => boolean,
): boolean {
  if (queue !== null) return covers(queue);
  if (pattern !== null) return meant.some(({ id }) => compilePattern(pattern)(id));
  return source === null || meant.some(({ id }) => id.source === source);
}
