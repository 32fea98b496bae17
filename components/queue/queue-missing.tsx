import Link from 'next/link';
import { SearchX } from 'lucide-react';
import { sentenceOf } from '../api/problem';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { SkeletonRows } from '../ui/skeleton';

/** What stands in the place of a queue that is not there, or not yet. */
export function QueueMissing({ missing, error }: { missing: boolean; error: Error | null }) {
  if (!missing && !error) return <SkeletonRows count={10} />;
  return (
    <Empty
      icon={<SearchX size={28} strokeWidth={1.5} />}
      title={missing ? 'There is no such queue' : 'The queue cannot be read'}
    >
      <p className="mb-3">
        {missing || !error
          ? 'It may have been removed with all its jobs, or its source is no longer configured. A queue appears again as soon as a job is added to it.'
          : sentenceOf(error)}
      </p>
      <Button asChild>
        <Link href="/">To the overview</Link>
      </Button>
    </Empty>
  );
}
