'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { toast } from 'sonner';
import { queueLimitsSchema, type LimitsBody, type QueueLimits } from '@/lib/domain/control';
import type { Queue } from '@/lib/domain/queue';
import { apiPost, apiSend } from '../api/client';
import { sentenceOf } from '../api/problem';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { TextField } from '../ui/field';
import { useLimits } from './use-limits';

/** How many jobs of a queue may run at once, and how many may start in a time, over all workers. Mount it to open it. */
export function LimitsDialog({ queue, onClose }: { queue: Queue; onClose(): void }) {
  const { data, error } = useLimits(queue.key);
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Limits of “${visibleLine(queue.id.name)}”`}
      description="They hold for all workers of the queue together, on top of what each worker limits by itself. Workers follow within seconds."
    >
      {error && !data ? (
        <p className="pb-4 text-sm text-crit">{sentenceOf(error)}</p>
      ) : data ? (
        <Form key={String(data.whyNotChange)} queue={queue} limits={data} onClose={onClose} />
      ) : (
        <p className="pb-4 text-sm text-ink-3">Being read…</p>
      )}
    </Modal>
  );
}

function Form({ queue, limits, onClose }: { queue: Queue; limits: QueueLimits; onClose(): void }) {
  const client = useQueryClient();
  const [concurrency, setConcurrency] = useState(limits.concurrency === null ? '' : String(limits.concurrency));
  const [max, setMax] = useState(limits.rateLimit === null ? '' : String(limits.rateLimit.max));
  const [seconds, setSeconds] = useState(limits.rateLimit === null ? '' : String(limits.rateLimit.durationMs / 1_000));
  const whyNotLimit = useWhyNotAct(queue, 'limit');
  const why = whyNotLimit ?? limits.whyNotChange;
  const settle = {
    onSuccess: (now: QueueLimits) => client.setQueryData(['limits', queue.key], now),
    onError: (problem: Error) => toast.error('The limits are unchanged', { description: sentenceOf(problem) }),
  };
  const save = useMutation({
    mutationFn: (body: LimitsBody) => apiSend('PUT', `/queues/${queue.key}/limits`, body, queueLimitsSchema),
    ...settle,
  });
  const release = useMutation({
    mutationFn: () => apiPost(`/queues/${queue.key}/limits/release`, {}, queueLimitsSchema),
    ...settle,
  });
  const atOnce = whole(concurrency);
  const starts = whole(max);
  const durationMs = seconds.trim() === '' ? null : Math.round(Number(seconds) * 1_000);
  const isRateWrong = (starts === null) !== (durationMs === null) || (durationMs !== null && !(durationMs >= 1));
  const wrong =
    atOnce === undefined || starts === undefined
      ? 'Whole numbers from 1 on, or nothing.'
      : isRateWrong
        ? 'A rate limit needs both: how many, and in how many seconds.'
        : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong !== null || why !== null) return;
    save.mutate(
      {
        concurrency: atOnce ?? null,
        rateLimit: starts == null || durationMs === null ? null : { max: starts, durationMs },
      },
      {
        onSuccess: () => {
          toast.success('The limits hold from now on');
          onClose();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-3 pb-3">
      {limits.whyNotChange !== null && (
        <p className="rounded-md bg-sunken px-3 py-2 text-sm text-ink-2">{limits.whyNotChange}</p>
      )}
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <TextField
          label="Jobs at once"
          placeholder="no limit"
          inputMode="numeric"
          disabled={limits.whyNotChange !== null}
          value={concurrency}
          onChange={({ target }) => setConcurrency(target.value)}
        />
        <TextField
          label="Starts, at most"
          placeholder="no limit"
          inputMode="numeric"
          disabled={limits.whyNotChange !== null}
          value={max}
          onChange={({ target }) => setMax(target.value)}
        />
        <TextField
          label="in seconds"
          placeholder="–"
          inputMode="decimal"
          disabled={limits.whyNotChange !== null}
          value={seconds}
          onChange={({ target }) => setSeconds(target.value)}
        />
      </div>
      {limits.limiter && (
        <div className="flex flex-wrap items-center gap-3 rounded-md border border-line bg-sunken/50 px-3 py-2 text-sm">
          <p className="min-w-0 flex-1">
            {limits.limiter.isHolding ? 'No job starts now' : 'Counting starts'}
            {limits.limiter.started !== null && `: ${formatCount(limits.limiter.started)} in this interval`}, which ends
            in {formatDuration(limits.limiter.resetsInMs)}.
          </p>
          <Button size="sm" blockedBecause={why} disabled={release.isPending} onClick={() => release.mutate()}>
            End it now
          </Button>
        </div>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" blockedBecause={why ?? wrong} disabled={save.isPending}>
          {save.isPending ? 'Saving…' : 'Save limits'}
        </Button>
      </div>
    </form>
  );
}

/** `null`: nothing is given; `undefined`: what is given is no number of jobs. */
function whole(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 ? value : undefined;
}
