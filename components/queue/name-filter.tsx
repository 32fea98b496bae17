import { X } from 'lucide-react';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';

/** Says that the charts show one job name only, and what is not kept by name. */
export function NameFilter({ name, onClear }: { name: string; onClear(): void }) {
  return (
    <p className="mb-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <span className="min-w-0 [overflow-wrap:anywhere]">
        Only jobs named <JobLine className="font-medium">{name}</JobLine>
      </span>
      <Button size="sm" onClick={onClear}>
        <X size={12} aria-hidden /> All names
      </Button>
      <span className="text-xs text-ink-3">Depth, active, stalled and wait time are not kept by name.</span>
    </p>
  );
}
