'use client';
import { Square } from 'lucide-react';
import { formatCount, plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { Button } from '../ui/button';
import { MAX_HITS, type SearchState } from './use-search';

type Props = { search: SearchState; onStop(): void; onGoOn(): void };

/** How far a search has come, in words and as a line; stop it, or go on. */
export function SearchProgress({ search, onStop, onGoOn }: Props) {
  const { hits, scanned, of, unsearched, status, error } = search;
  const share = status === 'done' ? 1 : of === null || of === 0 ? 0 : Math.min(1, scanned / of);
  const isCut = hits.length >= MAX_HITS;
  return (
    <>
      {/* Before the words, whose length changes: a button may not move under the cursor. */}
      {status === 'running' && (
        <Button size="sm" onClick={onStop}>
          <Square size={10} aria-hidden className="fill-current" /> Stop
        </Button>
      )}
      {(status === 'stopped' || status === 'failed' || (status === 'full' && !isCut)) && (
        <Button size="sm" onClick={onGoOn}>
          Go on
        </Button>
      )}
      <span className="min-w-0" role="status" aria-label="Progress of the search">
        <strong className="font-semibold text-ink">{plural(hits.length, 'hit')}</strong>
        {of !== null && ` · scanned ${formatCount(scanned)} of ${formatCount(of)}`}
        {status === 'stopped' && ' · stopped'}
        {status === 'full' && (isCut ? ' · enough shown: narrow the search' : ' · there may be more')}
        {unsearched > 0 && ` · ${plural(unsearched, 'job')} not searched: over 1 MB`}
        {error !== null && <span className="text-crit"> · {visibleLine(error)}</span>}
      </span>
      <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 bg-line">
        <span
          className="block h-full bg-accent transition-[width] duration-200"
          style={{ width: `${(share * 100).toFixed(1)}%` }}
        />
      </span>
    </>
  );
}
