'use client';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
import { isMove, type BulkAction, type JobAction, type JobActionResult } from '@/lib/domain/action';
import type { OperationTarget } from '@/lib/domain/operation';
import type { JobState, Queue } from '@/lib/domain/queue';
import { parseJobQuery } from '@/lib/search/parse-query';
import { plural } from '../format/number';
import { needsQuestion, whyNotInState } from '../job/allowed-actions';
import { ConfirmDialog, type Question } from '../job/confirm-dialog';
import { JobDrawer } from '../job/job-drawer';
import { useJobActions } from '../job/use-job-actions';
import { useKeptError } from '../job/use-kept-error';
import { useNow } from '../live/use-now';
import { useWhyNotAct } from '../live/use-why-not-act';
import { ActOnAll } from '../operations/act-on-all';
import { OperationDialog } from '../operations/operation-dialog';
import { hasUndo, useRemoveWithUndo } from '../operations/use-remove-with-undo';
import { ActionBar } from './action-bar';
import { everythingWords } from './everything-words';
import { ListBody } from './list-body';
import { ListHead } from './list-head';
import { ListNotes } from './list-notes';
import { otherStates } from './other-states';
import { Pager } from './pager';
import { SearchBox } from './search-box';
import { SearchProgress } from './search-progress';
import { EVERYTHING, isNothing, NOTHING, toggle, toggleAll } from './selection';
import { nextRowSort, parseRowSort, sortRows } from './sort-rows';
import { timeOf } from './time-of';
import { useHeldPage } from './use-held-page';
import { useJobs } from './use-jobs';
import { useListKeys } from './use-list-keys';
import { useListPlace } from './use-list-place';
import { useOperationsEnded } from './use-operations-ended';
import { useSearch } from './use-search';

type Props = { queue: Queue; state: JobState; liveCount: number | null };
const NO_ROWS: ReadonlySet<string> = new Set();

/** The jobs of one state, or those that a search finds among them, with selection, actions and the drawer of the open job. */
export function JobList({ queue, state, liveCount }: Props) {
  const { place, setPlace } = useListPlace(state);
  const { q, order, cursor, at } = place;
  const [openId, setOpenId] = useQueryState('job', parseAsString.withOptions({ history: 'push' }));
  const [selection, setSelection] = useState(NOTHING);
  const [cursorId, setCursorId] = useState<string | null>(openId);
  const [question, setQuestion] = useState<Question | null>(null);
  const [operation, setOperation] = useState<{ action: BulkAction; target: OperationTarget } | null>(null);
  const isSearch = q !== '';
  const isSearchable = useMemo(() => parseJobQuery(q, 0).query !== undefined, [q]);
  const hasChosen = !isNothing(selection);
  const jobs = useJobs({ queueKey: queue.key, state, order, cursor, at, stands: hasChosen, isOn: !isSearch });
  const { search, ...run } = useSearch({ queueKey: queue.key, state, order, q: isSearch && isSearchable ? q : null });
  const error = useKeptError(jobs.error, jobs.data !== undefined);
  const isFirst = cursor === null && at === null;
  const { held, adopt } = useHeldPage({
    fresh: jobs.data,
    isElsewhere: jobs.isPlaceholderData,
    place: `${order} ${cursor ?? ''} ${at ?? ''}`,
    isFirst: isFirst && order === 'newest',
    holds: state === 'failed' || state === 'completed',
  });
  const { mutate, isPending: isBusy } = useJobActions(queue.key);
  const remove = useRemoveWithUndo(queue.key);
  const why = useWhyNotAct(queue);
  useOperationsEnded(queue.key, () => (isSearch ? run.restart() : void jobs.refetch().then(adopt)));

  const sort = parseRowSort(place.sort);
  // Rows of active jobs sorted by run time need no clock: all grow alike.
  const now = useNow();
  const read = isSearch ? search.hits : (held?.page.jobs ?? []);
  const rows = sort === null ? read : sortRows(read, sort, (job) => timeOf(job, state), now);
  const ids = rows.map(({ id }) => id);

  const go = (next: Partial<typeof place>) => {
    setSelection(NOTHING);
    setCursorId(null);
    void setPlace({ cursor: null, at: null, ...next });
  };
  /** These leave the list: nothing that is gone stays chosen or open. */
  const forget = (on: readonly string[]) => {
    setSelection(NOTHING);
    if (openId !== null && on.includes(openId)) void setOpenId(null);
  };
  const act = (action: JobAction, on: readonly string[]) =>
    mutate(
      { action, ids: on },
      {
        onSuccess: (results) => isSearch && run.drop(leaversOf(results, state)),
        onSettled: () => {
          setSelection(NOTHING);
          adopt();
        },
      },
    );
  /** Does it, or asks first where it cannot be undone. `its`: the state of the jobs. */
  const ask = (action: JobAction, on: readonly string[], its: JobState) => {
    if (on.length === 0 || why !== null) return;
    if (action === 'remove' && hasUndo(its)) remove.mutate({ state: its, ids: on }, { onSuccess: () => forget(on) });
    else if (needsQuestion(action, its)) setQuestion({ action, ids: on });
    else act(action, on);
  };
  const actOnChosen = (action: BulkAction, under?: string) => {
    if (why !== null || (!isMove(action) && whyNotInState(action, state, queue.kind) !== null)) return;
    if (selection.isAll) setOperation({ action, target: { by: 'query', state, query: q } });
    else if (isMove(action)) setOperation({ action, target: { by: 'ids', state, ids: [...selection.ids] } });
    else ask(action, hasChosen ? [...selection.ids] : under === undefined ? [] : [under], state);
  };
  const row = useListKeys({
    ids,
    cursorId,
    openId,
    onMove: setCursorId,
    onOpen: (id, options) => void setOpenId(id, options),
    onChoose: (id, isRange) => setSelection(toggle(selection, id, ids, isRange)),
    onRetry: (id) => actOnChosen('retry', id),
    onEscape: () => (openId === null ? setSelection(NOTHING) : void setOpenId(null)),
  });
  const total = isSearch ? null : (held?.page.total ?? liveCount);

  return (
    <section aria-label={`Jobs that are ${state}`} className="panel min-w-0 flex-1">
      <div className="sticky top-0 z-6 rounded-t-lg bg-panel">
        {hasChosen ? (
          <ActionBar
            selection={selection}
            state={state}
            queue={queue}
            everything={everythingWords(state, isSearch ? search : null, total)}
            shown={rows.length}
            why={why}
            isBusy={isBusy || remove.isPending}
            onAct={(action) => actOnChosen(action)}
            onChooseAll={() => setSelection(EVERYTHING)}
            onChooseShown={() => setSelection({ ids: new Set(ids), anchor: null, isAll: false })}
            onCancel={() => setSelection(NOTHING)}
          />
        ) : (
          <div className="flex min-h-11 items-center px-2 py-1.5">
            <SearchBox
              queueKey={queue.key}
              state={state}
              q={q}
              onSearch={(next) => go({ q: next === '' ? '' : next })}
            />
          </div>
        )}
        <ListHead
          state={state}
          order={order}
          at={at}
          isSearch={isSearch}
          extra={<ActOnAll queue={queue} state={state} query={q} count={total} why={why} />}
          onOrder={(next) => go({ order: next })}
          onJump={(time) => go({ at: time })}
        >
          {isSearch && isSearchable ? (
            <SearchProgress search={search} onStop={run.stop} onGoOn={run.goOn} />
          ) : (
            <ListNotes total={total} readAt={jobs.dataUpdatedAt} isPaused={hasChosen} />
          )}
          {sort !== null && <span>· sorted within the {plural(rows.length, isSearch ? 'hit' : 'row')} shown</span>}
        </ListHead>
      </div>
      <ListBody
        rows={rows}
        table={{
          state,
          within: isSearch ? 'hits' : 'page',
          sort,
          selection,
          gone: isSearch ? NO_ROWS : (held?.gone ?? NO_ROWS),
          cursor: row,
          openId,
          onSort: (key) => void setPlace({ sort: nextRowSort(sort, key) }),
          onToggle: (id, isRange) => setSelection((before) => toggle(before, id, ids, isRange)),
          onToggleAll: () => setSelection(toggleAll(selection, ids)),
          onOpen: (id) => {
            setCursorId(id);
            void setOpenId(id);
          },
        }}
        search={isSearch ? { ...search, isSearchable } : null}
        elsewhere={otherStates(queue, state, q)}
        list={{ isPending: jobs.isPending, isFetching: jobs.isFetching, isFirst, error, hasData: held !== undefined }}
        newCount={isSearch || hasChosen ? 0 : (held?.newCount ?? 0)}
        onShowNew={() => adopt()}
        onRetryRead={() => void jobs.refetch()}
        onFirst={() => go({})}
        onClearSearch={() => go({ q: '' })}
      />
      {!isSearch && held && (rows.length > 0 || !isFirst) && (
        <Pager page={held.page} isFirst={isFirst} onGo={(next) => go({ cursor: next })} />
      )}
      <ConfirmDialog
        question={question}
        queue={queue}
        state={state}
        onCancel={() => setQuestion(null)}
        onConfirm={({ action, ids: on }) => {
          act(action, on);
          if (action === 'remove') forget(on);
          setQuestion(null);
        }}
      />
      {operation && (
        <OperationDialog
          queue={queue}
          {...operation}
          onClose={() => setOperation(null)}
          onStarted={() => setSelection(NOTHING)}
        />
      )}
      <JobDrawer
        queue={queue}
        jobId={openId}
        why={why}
        isBusy={isBusy || remove.isPending}
        onClose={() => void setOpenId(null)}
        onAct={(action, id, its) => ask(action, [id], its)}
      />
    </section>
  );
}

/** Jobs that an action has taken out of the state. */
function leaversOf(results: readonly JobActionResult[], state: JobState): ReadonlySet<string> {
  return new Set(results.filter((result) => result.ok && result.state !== state).map(({ id }) => id));
}
