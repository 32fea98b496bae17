import type { Job } from '@/lib/domain/job';
import { isContainer } from '../json/json-rows';
import { JsonTree } from '../json/json-tree';
import { JobBlock } from '../ui/job-text';

/** What the worker last reported: a share of 100 as a bar, another number as such, text, or an object as a tree. */
export function Progress({ value }: { value: NonNullable<Job['progress']> }) {
  if (typeof value === 'string') {
    const object = objectOf(value);
    if (object) return <JsonTree value={object} root="progress" search="" />;
    return <JobBlock className="max-h-40 overflow-y-auto">{textOf(value)}</JobBlock>;
  }
  if (value < 0 || value > 100) return <p className="text-sm">{value}</p>;
  return (
    <div className="flex items-center gap-3 text-sm">
      <span
        role="progressbar"
        aria-label="Progress"
        aria-valuenow={value}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 w-40 overflow-hidden rounded-full bg-line"
      >
        <span className="block h-full bg-accent" style={{ width: `${value}%` }} />
      </span>
      {value} %
    </div>
  );
}

function objectOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return isContainer(value) ? value : null;
  } catch {
    return null;
  }
}

/** Text is stored with its quotes. */
function textOf(stored: string): string {
  try {
    const value: unknown = JSON.parse(stored);
    return typeof value === 'string' ? value : stored;
  } catch {
    return stored;
  }
}
