import { MAX_MARK_TEXT, type Mark, type MarkKind } from '../domain/mark';
import type { QueueId } from '../domain/queue';
import { toQueueKey } from '../domain/queue-key';

const MAX_NAME = 200;

/** A mark with everything in place; texts are cut to their bounds. */
export function newMark(
  id: string,
  at: number,
  kind: MarkKind,
  text: string,
  more: Partial<Pick<Mark, 'until' | 'source' | 'pattern' | 'link' | 'by'>> & { queue?: QueueId | null } = {},
): Mark {
  const queue = more.queue ?? null;
  return {
    id,
    at,
    until: more.until ?? null,
    kind,
    text: cut(text, MAX_MARK_TEXT),
    source: more.source ?? queue?.source ?? null,
    queue,
    queueKey: queue && toQueueKey(queue),
    pattern: more.pattern ?? null,
    link: more.link ?? null,
    by: more.by == null ? null : cut(more.by, MAX_NAME),
  };
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
