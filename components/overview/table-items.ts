import type { Queue } from '@/lib/domain/queue';

/** A line of the table: the heading of a group, or a queue. */
export type TableItem =
  | { type: 'group'; id: string; source: string; namespace: string; count: number; backlog: number | null }
  | { type: 'queue'; id: string; queue: Queue };

/** Queues with a heading before each run of the same source and prefix; none when all belong to one. */
export function toTableItems(queues: readonly Queue[], isGrouped: boolean): TableItem[] {
  const items: TableItem[] = [];
  let group: Extract<TableItem, { type: 'group' }> | undefined;
  let groups = 0;
  for (const queue of queues) {
    const { source, namespace } = queue.id;
    if (isGrouped && !(group?.source === source && group.namespace === namespace)) {
      group = { type: 'group', id: `group:${source}/${namespace}`, source, namespace, count: 0, backlog: null };
      groups += 1;
      items.push(group);
    }
    if (group) {
      group.count += 1;
      if (queue.backlog !== null) group.backlog = (group.backlog ?? 0) + queue.backlog;
    }
    items.push({ type: 'queue', id: queue.key, queue });
  }
  return groups > 1 ? items : items.filter(({ type }) => type === 'queue');
}
