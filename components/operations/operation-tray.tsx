'use client';
import Link from 'next/link';
import { hasEnded, type Operation } from '@/lib/domain/operation';
import { visibleLine } from '../format/visible-text';
import { useLive } from '../live/live-provider';
import { useNow } from '../live/use-now';
import { cn } from '../ui/cn';
import { OperationButtons } from './operation-buttons';
import { OperationDrawer } from './operation-drawer';
import { progressOf, progressWords, whatIsMeant, WORDS } from './operation-words';
import { Bar } from './preview-box';
import { useOpenOperation } from './use-open-operation';
import { useUndoToasts } from './use-undo-toasts';

const MAX_SHOWN = 2;
/** Ended operations stand here for a moment, so that their end is seen. ms. */
const LINGER_MS = 8_000;

/** On every screen: what is under way at its foot, and the drawer of the one that is open. */
export function OperationLayer() {
  const operations = useLive((state) => state.operations);
  const [openId, setOpenId] = useOpenOperation();
  return (
    <>
      <OperationTray operations={operations} onOpen={(id) => void setOpenId(id)} />
      <OperationDrawer
        id={openId}
        live={openId === null ? undefined : operations.get(openId)}
        onClose={() => void setOpenId(null)}
      />
    </>
  );
}

type Props = { operations: ReadonlyMap<string, Operation>; onOpen(id: string): void };

function OperationTray({ operations, onOpen }: Props) {
  const now = useNow();
  useUndoToasts(operations);
  const shown = [...operations.values()]
    .filter((one) => (hasEnded(one) ? now > 0 && now - one.updatedAt < LINGER_MS : one.state !== 'deferred'))
    .sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)) || b.createdAt - a.createdAt);
  if (shown.length === 0) return null;
  return (
    <section
      aria-label="Operations under way"
      className="shrink-0 divide-y divide-line border-t border-line-strong bg-raised"
    >
      {shown.slice(0, MAX_SHOWN).map((operation) => (
        <TrayLine key={operation.id} operation={operation} now={now} onOpen={() => onOpen(operation.id)} />
      ))}
      {shown.length > MAX_SHOWN && (
        <Link href="/operations" className="block px-3 py-1 text-xs text-ink-2 hover:text-ink md:px-4">
          and {shown.length - MAX_SHOWN} more
        </Link>
      )}
    </section>
  );
}

function TrayLine({ operation, now, onOpen }: { operation: Operation; now: number; onOpen(): void }) {
  const share = progressOf(operation);
  const isBad = operation.state === 'failed' || operation.counts.failed > 0;
  return (
    <div className="px-3 py-1.5 md:px-4">
      <div className="flex items-center gap-2">
        <button type="button" onClick={onOpen} className="min-w-0 flex-1 truncate text-left hover:underline">
          <span className="font-medium">{WORDS[operation.action].verb}</span>{' '}
          <span>{visibleLine(whatIsMeant(operation.target))}</span>{' '}
          <span className="text-ink-3 max-sm:hidden">of {visibleLine(operation.queue.name)}</span>
        </button>
        <span
          className={cn('shrink-0 truncate text-xs max-sm:max-w-36', isBad ? 'text-crit' : 'text-ink-2')}
          role="status"
        >
          {progressWords(operation, now)}
        </span>
        <OperationButtons operation={operation} size="sm" />
      </div>
      {!hasEnded(operation) && (
        <div className="mt-1">
          <Bar share={share ?? 0} tone={operation.state === 'paused' ? 'bg-ink-3' : 'bg-accent'} />
        </div>
      )}
      {operation.note !== null && <p className="mt-0.5 text-xs text-ink-2">{visibleLine(operation.note)}</p>}
    </div>
  );
}
