'use client';
import { ListChecks } from 'lucide-react';
import { hasEnded, type Operation } from '@/lib/domain/operation';
import { sentenceOf } from '../api/problem';
import { visibleLine } from '../format/visible-text';
import { useNow } from '../live/use-now';
import { Clock } from '../shell/time';
import { cn } from '../ui/cn';
import { Empty } from '../ui/empty';
import { Page, Section } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { OperationButtons } from './operation-buttons';
import { progressOf, progressWords, whatIsMeant, WORDS } from './operation-words';
import { Bar } from './preview-box';
import { StateChip } from './state-chip';
import { useOpenOperation } from './use-open-operation';
import { useOperations } from './use-operations';

/** Actions on many jobs: what is under way, what can be undone, and how the others ended. */
export function OperationsScreen() {
  const { operations, error, isPending } = useOperations();
  const [openId, setOpenId] = useOpenOperation();
  const open = operations.filter((one) => !hasEnded(one));
  const ended = operations.filter(hasEnded);
  const list = (rows: readonly Operation[]) => (
    <ul className="divide-y divide-line">
      {rows.map((operation) => (
        <Row
          key={operation.id}
          operation={operation}
          isOpen={operation.id === openId}
          onOpen={() => void setOpenId(operation.id)}
        />
      ))}
    </ul>
  );
  return (
    <Page
      title="Operations"
      lead="Actions on many jobs and whole queues, kept for 7 days. They go on whatever becomes of this page."
    >
      {isPending && operations.length === 0 && !error && <SkeletonRows count={6} />}
      {error && operations.length === 0 && <Empty title="The operations cannot be read">{sentenceOf(error)}</Empty>}
      {open.length > 0 && (
        <Section title="Under way" count={open.length}>
          {list(open)}
        </Section>
      )}
      {ended.length > 0 && (
        <Section title="Ended" count={ended.length}>
          {list(ended)}
        </Section>
      )}
      {!isPending && !error && operations.length === 0 && (
        <div className="panel">
          <Empty
            icon={<ListChecks size={28} strokeWidth={1.5} />}
            title="Nothing was done to many jobs or whole queues in the last 7 days"
          >
            Select jobs in a queue’s list, act on all that match a search, or clear a queue: what you start stands here
            while it runs, and afterwards with what failed and why.
          </Empty>
        </div>
      )}
    </Page>
  );
}

function Row({ operation, isOpen, onOpen }: { operation: Operation; isOpen: boolean; onOpen(): void }) {
  const now = useNow();
  const share = progressOf(operation);
  return (
    <li className={cn('px-3 py-1.5 hover:bg-hover md:px-4', isOpen && 'bg-accent-soft')}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 md:flex-nowrap">
        <button type="button" onClick={onOpen} className="min-w-0 flex-1 truncate text-left max-md:basis-full">
          <span className="font-medium">{WORDS[operation.action].verb}</span>{' '}
          {visibleLine(whatIsMeant(operation.target))}{' '}
          <span className="text-ink-3">of {visibleLine(operation.queue.name)}</span>
        </button>
        <span className={cn('truncate text-xs', operation.counts.failed > 0 ? 'text-crit' : 'text-ink-2')}>
          {progressWords(operation, now)}
        </span>
        <span className="w-40 truncate text-right text-xs text-ink-3 max-lg:hidden">{operation.startedBy.name}</span>
        <Clock at={operation.createdAt} className="w-28 text-right text-xs text-ink-2 max-md:ml-auto max-md:w-auto" />
        <StateChip operation={operation} />
        <OperationButtons operation={operation} size="sm" />
      </div>
      {!hasEnded(operation) && operation.state !== 'deferred' && (
        <div className="mt-1">
          <Bar share={share ?? 0} tone={operation.state === 'paused' ? 'bg-ink-3' : 'bg-accent'} />
        </div>
      )}
      {operation.note !== null && <p className="mt-0.5 text-xs text-ink-2">{visibleLine(operation.note)}</p>}
    </li>
  );
}
