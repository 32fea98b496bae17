'use client';
import { Radar } from 'lucide-react';
import type { Brokers } from '@/lib/domain/broker';
import { formatCount } from '../format/number';
import { Ago } from '../shell/time';
import { Empty } from '../ui/empty';

/** What an overview without queues says: where is looked, how far it is, and how to point it elsewhere. */
export function Discovery({ brokers }: { brokers: Brokers | null }) {
  const isBlind = (brokers?.brokers.length ?? 0) > 0 && brokers?.brokers.every(({ state }) => state !== 'up');
  return (
    <Empty
      icon={<Radar size={28} strokeWidth={1.5} />}
      title={isBlind ? 'No source can be read' : 'No queue found yet'}
    >
      <p>
        Tailback finds every Bull and BullMQ queue by itself: it scans the keys of each source slowly, and listens for
        jobs and workers. A queue shows up as soon as one job was added to it or a worker connects.
      </p>
      <ul className="mx-auto mt-4 max-w-lg divide-y divide-line rounded-md border border-line text-left">
        {brokers?.brokers.map(({ source, address, state, scan, error }) => (
          <li key={source} className="px-3 py-2">
            <p className="flex gap-2">
              <strong className="font-medium">{source}</strong>
              <span className="truncate text-ink-3">{address}</span>
              <span className="ml-auto shrink-0 text-ink-2">{state}</span>
            </p>
            {state === 'up' ? (
              <>
                <div className="mt-1.5 h-1 overflow-hidden rounded-full bg-line">
                  <div className="h-full bg-accent" style={{ width: `${Math.round((scan.progress ?? 0) * 100)}%` }} />
                </div>
                <p className="mt-1 text-xs text-ink-3">
                  {scan.progress === null
                    ? 'not scanning now'
                    : `${Math.round(scan.progress * 100)} % of ${formatCount(scan.keys)} keys seen`}
                  {scan.lastCompletedAt !== null && (
                    <>
                      {' '}
                      · last full pass <Ago at={scan.lastCompletedAt} />
                    </>
                  )}
                </p>
              </>
            ) : (
              error && <p className="text-xs text-crit">{error}</p>
            )}
          </li>
        ))}
        {!brokers?.brokers.length && <li className="px-3 py-2 text-ink-3">No source has reported yet.</li>}
      </ul>
      <p className="mt-4">
        To watch another Redis, start with <code className="font-mono text-xs">REDIS_URL=redis://host:6379</code>, or
        list several under <code className="font-mono text-xs">sources</code> in{' '}
        <code className="font-mono text-xs">tailback.config.json</code>. Known key prefixes under{' '}
        <code className="font-mono text-xs">prefixes</code> are found at once.
      </p>
    </Empty>
  );
}
