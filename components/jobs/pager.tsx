'use client';
import { ChevronLeft, ChevronRight, ChevronsLeft } from 'lucide-react';
import { formatCount } from '../format/number';
import { Button } from '../ui/button';

type Props = {
  shown: number;
  total: number;
  page: number;
  hasNext: boolean;
  mayDrift: boolean;
  onFirst(): void;
  onPrevious: (() => void) | null;
  onNext(): void;
};

export function Pager({ shown, total, page, hasNext, mayDrift, onFirst, onPrevious, onNext }: Props) {
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-2 px-3 text-xs text-ink-3">
      <span>
        {formatCount(shown)} of {formatCount(total)}
        {mayDrift && total > shown && ' · jobs come and go, so pages of this state may overlap'}
      </span>
      <span className="ml-auto flex items-center gap-1">
        <Button size="icon" variant="ghost" aria-label="First page" disabled={page === 0} onClick={onFirst}>
          <ChevronsLeft size={15} />
        </Button>
        <Button
          size="icon"
          variant="ghost"
          aria-label="Previous page"
          disabled={!onPrevious}
          onClick={() => onPrevious?.()}
        >
          <ChevronLeft size={15} />
        </Button>
        <Button size="icon" variant="ghost" aria-label="Next page" disabled={!hasNext} onClick={onNext}>
          <ChevronRight size={15} />
        </Button>
      </span>
    </div>
  );
}
