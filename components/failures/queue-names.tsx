'use client';
import Link from 'next/link';
import { queueHref } from '../format/hrefs';
import { useLive } from '../live/live-provider';
import { JobLine } from '../ui/job-text';

/** A queue by its key, with its name as long as it is there. */
export function QueueName({ queueKey }: { queueKey: string }) {
  const queue = useLive((state) => state.byKey.get(queueKey));
  return (
    <Link href={queueHref(queueKey)} prefetch={false} className="link">
      {queue ? <JobLine title>{queue.id.name}</JobLine> : 'a queue that is gone'}
    </Link>
  );
}

/** The first of them, and how many more there are. */
export function QueueNames({ queueKeys }: { queueKeys: readonly string[] }) {
  const [first] = queueKeys;
  if (first === undefined) return <span className="text-ink-3">–</span>;
  return (
    <>
      <QueueName queueKey={first} />
      {queueKeys.length > 1 && <span className="text-ink-3"> +{queueKeys.length - 1}</span>}
    </>
  );
}
