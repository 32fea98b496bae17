'use client';
import Link from 'next/link';
import { windowOf } from '../charts/range';
import { failureHref } from '../format/hrefs';
import { formatCount } from '../format/number';
import { JobLine } from '../ui/job-text';
import { dominantOf } from './dominant';
import { fullTitle } from './failure-words';
import { useFailures } from './use-failures';

const WINDOW = windowOf('15m', null, null);

/** What most failures of a queue are of: `8 of 10: TimeoutError …`. Nothing where no kind stands out. */
export function MostlyFailure({ queueKey }: { queueKey: string }) {
  const { data } = useFailures(WINDOW);
  const found = data && dominantOf(data, queueKey);
  if (!found) return null;
  return (
    <p className="mt-0.5 truncate text-xs text-ink-3">
      {formatCount(found.count)} of {formatCount(found.of)} in 15 m:{' '}
      <Link href={failureHref(found.group.fingerprint)} prefetch={false} className="link text-ink-2">
        <JobLine title>{fullTitle(found.group)}</JobLine>
      </Link>
    </p>
  );
}
