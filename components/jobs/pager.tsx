'use client';
import { ChevronLeft, ChevronRight, ChevronsLeft, ChevronsRight } from 'lucide-react';
import type { JobPage } from '@/lib/domain/job';
import { formatCount } from '../format/number';
import { Button } from '../ui/button';

type Props = { page: JobPage; isFirst: boolean; onGo(cursor: string | null): void };

/** The place of the page in the state, and the way to others. */
export function Pager({ page: { jobs, start, total, nextCursor, previousCursor, mayDrift }, isFirst, onGo }: Props) {
  const arrow = (name: string, Icon: typeof ChevronLeft, isPossible: boolean, go: () => void) => (
    <Button size="icon" variant="ghost" aria-label={name} title={name} disabled={!isPossible} onClick={go}>
      <Icon size={15} />
    </Button>
  );
  return (
    <nav aria-label="Pages" className="flex min-h-10 flex-wrap items-center gap-2 px-3 text-xs text-ink-3">
      <span>
        {start !== null && total > jobs.length && `${formatCount(start + 1)}–${formatCount(start + jobs.length)} of `}
        {formatCount(total)}
        {mayDrift && total > jobs.length && ' · jobs come and go, so pages of this state may overlap'}
      </span>
      <span className="ml-auto flex items-center gap-1">
        {arrow('First page', ChevronsLeft, !isFirst, () => onGo(null))}
        {arrow('Previous page', ChevronLeft, previousCursor !== null, () => onGo(previousCursor))}
        {arrow('Next page', ChevronRight, nextCursor !== null, () => onGo(nextCursor))}
        {arrow('Last page', ChevronsRight, nextCursor !== null, () => onGo('last'))}
      </span>
    </nav>
  );
}
