'use client';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { BulkAction } from '@/lib/domain/action';
import type { JobState, Queue } from '@/lib/domain/queue';
import { bulkActionsFor } from '../job/allowed-actions';
import { formatCount } from '../format/number';
import { Button } from '../ui/button';
import { Menu, MenuItem } from '../ui/menu';
import { ExportItems } from './export-items';
import { OperationDialog } from './operation-dialog';
import { WORDS } from './operation-words';

type Props = {
  queue: Queue;
  state: JobState;
  /** As typed; empty: all jobs of the state. */
  query: string;
  /** How many that are, as far as it is known. */
  count: number | null;
  why: string | null;
};

/** What can be done to everything in a list, apart from what is selected in it. */
export function ActOnAll({ queue, state, query, count, why }: Props) {
  const [action, setAction] = useState<BulkAction | null>(null);
  const which = query.trim() === '' ? 'All' : 'All that match';
  return (
    <>
      <Menu
        trigger={
          <Button disabled={count === 0}>
            {which}
            {count !== null && query.trim() === '' && ` ${formatCount(count)}`}
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
      >
        {bulkActionsFor(state, queue).map((one) => (
          <MenuItem key={one} isDanger={one === 'remove'} disabled={why !== null} onSelect={() => setAction(one)}>
            {WORDS[one].verb} {which.toLowerCase()}…
          </MenuItem>
        ))}
        <ExportItems queueKey={queue.key} state={state} query={query} />
      </Menu>
      {action !== null && (
        <OperationDialog
          queue={queue}
          action={action}
          target={{ by: 'query', state, query }}
          onClose={() => setAction(null)}
        />
      )}
    </>
  );
}
