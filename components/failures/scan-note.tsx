'use client';
import { useMutation } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { toast } from 'sonner';
import { z } from 'zod';
import type { FailureList } from '@/lib/domain/failure';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';
import { formatCount, plural } from '../format/number';
import { useWhyNot } from '../shell/me';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';

/** How far the failed jobs that lie in the queues are counted, and what could not be told apart. */
export function ScanNote({ list }: { list: FailureList }) {
  const why = useWhyNot('operate');
  const { mutate, isPending } = useMutation({
    mutationFn: () => apiPost('/failures/scan', {}, z.object({ askedAt: z.number() })),
    onSuccess: () => toast.success('All failed jobs are gone through again'),
    onError: (error) => toast.error(`Nothing was started. ${sentenceOf(error)}`),
  });
  const running = list.scans.filter(({ queuesLeft }) => queuesLeft > 0);
  const scanned = running.reduce((sum, one) => sum + one.scanned, 0);
  const of = running.reduce((sum, one) => sum + one.of, 0);
  const times = list.scans.map(({ doneAt }) => doneAt).filter((at) => at !== null);
  const { ungrouped, other } = list;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-3">
      <span>
        {running.length > 0
          ? `Counting retained jobs: ${formatCount(scanned)} of ${formatCount(of)}, never more than 1 % of the broker’s time`
          : 'Retained jobs'}
        {running.length === 0 && times.length > 0 && (
          <span title="Where the number of failed jobs has not changed, they are not gone through again">
            : oldest count <Ago at={Math.min(...times)} />
          </span>
        )}
        {running.length === 0 && times.length === 0 && ': not counted yet'}
      </span>
      {ungrouped.failed + ungrouped.attempts > 0 && (
        <span className="text-warn" title="Their stack could not be read in time, or was gone with the job">
          {plural(ungrouped.failed + ungrouped.attempts, 'failure')} ungrouped
        </span>
      )}
      {other.failed + other.attempts > 0 && (
        <span title="Only 500 kinds are kept of each source; these are of further ones">
          {plural(other.failed + other.attempts, 'failure')} of rarer kinds
        </span>
      )}
      <Button size="sm" variant="ghost" blockedBecause={why} disabled={isPending} onClick={() => mutate()}>
        <RefreshCw size={12} aria-hidden /> Count again
      </Button>
    </div>
  );
}
