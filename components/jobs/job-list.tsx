'use client';
import { parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { Inbox } from 'lucide-react';
import type { JobAction } from '@/lib/domain/action';
import type { JobState, Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { formatCount } from '../format/number';
import { useWhyNotAct } from '../live/use-why-not-act';
import { ActOnAll } from '../operations/act-on-all';
import { hasUndo, useRemoveWithUndo } from '../operations/use-remove-with-undo';
import { isPageFocused } from '../shell/is-page-focused';
import { useHotkeys } from '../shell/use-hotkeys';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Segmented } from '../ui/segmented';
import { SkeletonRows } from '../ui/skeleton';
import { ActionBar } from './action-bar';
import { needsQuestion, whyNotInState } from '../job/allowed-actions';
import { ConfirmDialog, type Question } from '../job/confirm-dialog';
import { JobDrawer } from '../job/job-drawer';
import { JobTable } from './job-table';
import { Pager } from './pager';
import { NOTHING, toggle, toggleAll } from './selection';
import { useJobActions } from '../job/use-job-actions';
import { useJobs, type Order } from './use-jobs';
import { useKeptError } from '../job/use-kept-error';

type Props = { queue: Queue; state: JobState; liveCount: number | null };

/** The jobs of one state, with selection, actions and the drawer of the open job. */
export function JobList({ queue, state, liveCount }: Props) {
  // What waits is read in the order in which it will run; what has ended, from the latest.
  const usual: Order = state === 'failed' || state === 'completed' ? 'newest' : 'oldest';
  const [{ order, cursor }, setPlace] = useQueryStates({
    order: parseAsStringLiteral(['newest', 'oldest']).withDefault(usual),
    cursor: parseAsString,
  });
  const [openId, setOpenId] = useQueryState('job', parseAsString.withOptions({ history: 'push' }));
  const [trail, setTrail] = useState<(string | null)[]>([]);
  const [selection, setSelection] = useState(NOTHING);
  const [cursorId, setCursorId] = useState<string | null>(openId);
  const [question, setQuestion] = useState<Question | null>(null);
  const count = selection.ids.size;
  const {
    data,
    error: latestError,
    isPending,
    isFetching,
    dataUpdatedAt,
    refetch,
  } = useJobs({
    queueKey: queue.key,
    state,
    order,
    cursor,
    stands: count > 0,
  });
  const error = useKeptError(latestError, data !== undefined);
  const { mutate, isPending: isBusy } = useJobActions(queue.key);
  const remove = useRemoveWithUndo(queue.key);
  const why = useWhyNotAct(queue);
  const jobs = data?.jobs ?? [];
  const ids = jobs.map(({ id }) => id);
  // The row under the cursor is known by its id: rows above it come and go.
  const row = cursorId === null ? -1 : ids.indexOf(cursorId);

  const go = (next: string | null, nextTrail: (string | null)[]) => {
    setTrail(nextTrail);
    setSelection(NOTHING);
    setCursorId(null);
    void setPlace({ cursor: next });
  };
  const run = (action: JobAction, on: readonly string[]) =>
    mutate({ action, ids: on }, { onSettled: () => setSelection(NOTHING) });
  const removeNow = (itsState: JobState, on: readonly string[]) =>
    remove.mutate(
      { state: itsState, ids: on },
      {
        onSuccess: () => {
          setSelection(NOTHING);
          if (openId !== null && on.includes(openId)) void setOpenId(null);
        },
      },
    );
  const act = (action: JobAction, on: readonly string[]) => {
    if (on.length === 0 || why !== null || whyNotInState(action, state, queue.kind) !== null) return;
    if (action === 'remove' && hasUndo(state)) removeNow(state, on);
    else if (needsQuestion(action, state)) setQuestion({ action, ids: on });
    else run(action, on);
  };
  const chosen = () => (count > 0 ? [...selection.ids] : ids[row] === undefined ? [] : [ids[row]]);
  const move = (step: number) => {
    const next = Math.max(0, Math.min(ids.length - 1, row + step));
    setCursorId(ids[next] ?? null);
    document.querySelector(`[data-row="${next}"]`)?.scrollIntoView({ block: 'nearest' });
    const id = ids[next];
    if (openId !== null && id !== undefined) void setOpenId(id, { history: 'replace' });
  };
  const choose = (isRange: boolean) => {
    const id = ids[row];
    if (id !== undefined) setSelection(toggle(selection, id, ids, isRange));
  };
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => choose(false),
    X: () => choose(true),
    r: () => act('retry', chosen()),
    Enter: () => isPageFocused() && ids[row] !== undefined && void setOpenId(ids[row]),
    Escape: () => (openId === null ? setSelection(NOTHING) : void setOpenId(null)),
  });

  return (
    <section aria-label={`Jobs that are ${state}`} className="panel min-w-0 flex-1">
      <div className="sticky top-0 z-6 rounded-t-lg bg-panel">
        {count > 0 ? (
          <ActionBar
            count={count}
            state={state}
            kind={queue.kind}
            why={why}
            isBusy={isBusy}
            onAct={(action) => act(action, chosen())}
            onCancel={() => setSelection(NOTHING)}
          />
        ) : (
          <div className="flex min-h-11 flex-wrap items-center gap-3 px-3">
            <h2 className="text-sm first-letter:uppercase">{state}</h2>
            <span className="text-xs text-ink-3">{formatCount(data?.total ?? liveCount)}</span>
            <span className="ml-auto text-xs text-ink-3 max-md:hidden">
              {dataUpdatedAt > 0 && (
                <>
                  read <Ago at={dataUpdatedAt} />
                </>
              )}
            </span>
            <ActOnAll queue={queue} state={state} query="" count={data?.total ?? liveCount} why={why} />
            <Segmented
              label="Order"
              value={order}
              options={[
                { value: 'newest', label: 'Newest' },
                { value: 'oldest', label: 'Oldest' },
              ]}
              onChange={(next) => {
                setTrail([]);
                void setPlace({ order: next, cursor: null });
              }}
            />
          </div>
        )}
      </div>
      {error && data && (
        <p className="border-y border-line bg-warn-soft px-3 py-1.5 text-xs">
          This list stands still: {sentenceOf(error)}
        </p>
      )}
      {isPending && !error && <SkeletonRows count={12} />}
      {error && !data && (
        <Empty title="The jobs cannot be read">
          <p className="mb-3">{sentenceOf(error)}</p>
          <Button disabled={isFetching} onClick={() => void refetch()}>
            {isFetching ? 'Trying…' : 'Try again'}
          </Button>
        </Empty>
      )}
      {data && jobs.length === 0 && (
        <Empty
          icon={<Inbox size={28} strokeWidth={1.5} />}
          title={cursor === null ? `No job is ${state}` : 'Nothing is left on this page'}
        >
          {cursor !== null && <Button onClick={() => go(null, [])}>To the first page</Button>}
        </Empty>
      )}
      {jobs.length > 0 && (
        <JobTable
          jobs={jobs}
          state={state}
          selection={selection}
          cursor={row}
          openId={openId}
          onToggle={(id, isRange) => setSelection(toggle(selection, id, ids, isRange))}
          onToggleAll={() => setSelection(toggleAll(selection, ids))}
          onOpen={(id) => {
            setCursorId(id);
            void setOpenId(id);
          }}
        />
      )}
      {data && (data.nextCursor !== null || cursor !== null || jobs.length > 0) && (
        <Pager
          shown={jobs.length}
          total={data.total}
          page={cursor === null ? 0 : 1}
          hasNext={data.nextCursor !== null}
          mayDrift={data.mayDrift}
          onFirst={() => go(null, [])}
          onPrevious={trail.length > 0 ? () => go(trail.at(-1) ?? null, trail.slice(0, -1)) : null}
          onNext={() => go(data.nextCursor, [...trail, cursor])}
        />
      )}
      <ConfirmDialog
        question={question}
        queue={queue}
        state={state}
        onCancel={() => setQuestion(null)}
        onConfirm={({ action, ids: on }) => {
          run(action, on);
          if (action === 'remove' && openId !== null && on.includes(openId)) void setOpenId(null);
          setQuestion(null);
        }}
      />
      <JobDrawer
        queue={queue}
        jobId={openId}
        why={why}
        isBusy={isBusy}
        onClose={() => void setOpenId(null)}
        onAct={(action, id, itsState) =>
          action === 'remove' && hasUndo(itsState)
            ? removeNow(itsState, [id])
            : needsQuestion(action, itsState)
              ? setQuestion({ action, ids: [id] })
              : run(action, [id])
        }
      />
    </section>
  );
}
