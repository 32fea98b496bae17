import { randomUUID } from 'node:crypto';
import type { Log } from '../config/log';
import type { AuditEntry } from '../domain/audit';
import { messageOf } from '../domain/errors';
import type { Queue } from '../domain/queue';
import { queueLabel } from '../domain/queue-key';
import type { AuditTrail } from '../http/api/context';
import type { MarkStore } from '../marks/mark-store';
import { operatorMark } from '../marks/operator-mark';

/** The same person doing the same to the same queue again within this time gets no mark of its own. */
const SAME_MS = 10_000;
const MAX_REMEMBERED = 1_000;

/** The audit log, and a mark on the charts for what it says was done to a queue. */
export function withMarks(
  audit: AuditTrail,
  marks: Pick<MarkStore, 'add'>,
  queues: () => readonly Queue[],
  log: Log,
): AuditTrail {
  const lastAt = new Map<string, number>();
  const mark = async (entry: Omit<AuditEntry, 'id'>): Promise<void> => {
    const same = JSON.stringify([entry.actor, entry.action, entry.target]);
    if (entry.at - (lastAt.get(same) ?? 0) < SAME_MS) return;
    const queue = queues().find(({ id }) => queueLabel(id) === entry.target);
    const made = queue && operatorMark(entry, queue.id, randomUUID());
    if (!made) return;
    if (lastAt.size >= MAX_REMEMBERED) lastAt.clear();
    lastAt.set(same, entry.at);
    await marks.add(made);
  };
  return {
    assertWritable: () => audit.assertWritable(),
    page: (cursor, limit, by, filter) => audit.page(cursor, limit, by, filter),
    export: (what) => audit.export(what),
    async append(entry, by) {
      await audit.append(entry, by);
      await mark(entry).catch((error: unknown) =>
        log.warn({ error: messageOf(error) }, 'marks: an action could not be marked'),
      );
    },
  };
}
