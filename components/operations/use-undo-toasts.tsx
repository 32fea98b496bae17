'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { toast } from 'sonner';
import type { Operation } from '@/lib/domain/operation';
import { plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useMe } from '../shell/me';
import { useOperationWish } from './use-operations';

/** How long the offer to undo stands on the screen; afterwards it is found under Operations. ms. */
const SHOWN_MS = 20_000;

/** Offers whoever removed jobs to bring them back; reads lists again when an operation has changed what they show. */
export function useUndoToasts(operations: ReadonlyMap<string, Operation>): void {
  const client = useQueryClient();
  const { name } = useMe();
  const { mutate } = useOperationWish();
  const seen = useRef(new Map<string, string>());
  useEffect(() => {
    for (const operation of operations.values()) {
      const { id, state, queueKey, startedBy, queue, counts } = operation;
      const before = seen.current.get(id);
      seen.current.set(id, state);
      if (before === state) continue;
      if (before !== undefined || state === 'deferred') void client.invalidateQueries({ queryKey: ['jobs', queueKey] });
      const isNew = Date.now() - operation.updatedAt < SHOWN_MS;
      if (state === 'deferred' && isNew && startedBy.name === name)
        toast(`${plural(counts.hidden, 'job')} removed`, {
          id: `undo-${id}`,
          description: `Of “${visibleLine(queue.name)}”. They leave the broker in 10 minutes; until then Operations has the undo.`,
          duration: SHOWN_MS,
          action: { label: 'Undo', onClick: () => mutate({ id, wish: 'undo' }) },
        });
      if (before === 'deferred' && state !== 'deferred') {
        toast.dismiss(`undo-${id}`);
        if (state === 'undone') toast.success(`${plural(counts.hidden || (counts.of ?? 0), 'job')} back in the list`);
      }
    }
  }, [operations, client, name, mutate]);
}
