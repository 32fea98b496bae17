'use client';
import { useMemo, useState } from 'react';
import { sentenceOf } from '../api/problem';
import { exactDuration, formatDuration } from '../format/duration';
import { formatCount } from '../format/number';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { useCharts } from './charts-context';
import { toNameRows, toShares, valueOf, type NameColumn, type NameRow } from './names-rows';
import { useNames } from './use-names';

const COLUMNS: readonly { key: NameColumn; label: string; hint: string; onPhones: boolean }[] = [
  { key: 'totalRunMs', label: 'total time', hint: 'Time that all runs took together', onPhones: true },
  { key: 'arrived', label: 'arrived', hint: 'Jobs that became ready', onPhones: false },
  { key: 'completed', label: 'completed', hint: 'Jobs that were done', onPhones: true },
  { key: 'failedShare', label: 'failed', hint: 'Part of the finished jobs that failed for good', onPhones: true },
  { key: 'stalled', label: 'stalled', hint: 'Times that a job lost its worker', onPhones: false },
  { key: 'p50', label: 'run p50', hint: 'Half of the runs took at most this long', onPhones: false },
  { key: 'p95', label: 'run p95', hint: '95 of 100 runs took at most this long', onPhones: false },
  { key: 'p99', label: 'run p99', hint: '99 of 100 runs took at most this long', onPhones: false },
];
const FAILING = 0.05;

/** Which job names weigh and which fail. A click on one narrows the charts to it. */
export function NamesTable({ onChoose }: { onChoose(name: string | null): void }) {
  const { jobName } = useCharts();
  const [column, setColumn] = useState<NameColumn>('totalRunMs');
  const { data, error } = useNames();
  const rows = useMemo(() => (data ? toNameRows(data, column) : []), [data, column]);
  const shares = useMemo(() => toShares(rows), [rows]);
  return (
    <section aria-label="By job name" className="panel mt-3 overflow-hidden">
      <header className="flex min-h-9 flex-wrap items-center gap-x-3 px-3">
        <h3 className="text-sm">
          By job name <span className="ml-1 text-xs font-normal text-ink-3">time spent running</span>
        </h3>
        {data && (
          <span aria-hidden className="flex h-2.5 min-w-24 flex-1 overflow-hidden rounded-xs bg-line">
            {shares.map(({ key, color, share }) => (
              <span key={key} style={{ width: `${share * 100}%`, background: color }} />
            ))}
          </span>
        )}
      </header>
      {rows.length === 0 ? (
        <p className="border-t border-line px-3 py-4 text-sm text-ink-3">
          {error ? sentenceOf(error) : data ? 'No job in this range.' : '…'}
        </p>
      ) : (
        <div className="overflow-x-auto">
          <table className="w-full text-sm">
            <thead>
              <tr className="border-y border-line">
                <th scope="col" className="label h-8 px-3 text-left">
                  name
                </th>
                {COLUMNS.map(({ key, label, hint, onPhones }) => (
                  <th
                    key={key}
                    scope="col"
                    aria-sort={column === key ? 'descending' : 'none'}
                    className={cn('label px-2 text-right md:px-3', !onPhones && 'max-md:hidden')}
                  >
                    <button
                      type="button"
                      title={hint}
                      onClick={() => setColumn(key)}
                      className={cn('hover:text-ink', column === key && 'text-ink')}
                    >
                      {label}
                      {column === key && ' ↓'}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {rows.map((row) => (
                <NameLine
                  key={row.key}
                  row={row}
                  isChosen={row.name !== null && row.name === jobName}
                  onChoose={onChoose}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

type LineProps = { row: NameRow; isChosen: boolean; onChoose(name: string | null): void };

function NameLine({ row, isChosen, onChoose }: LineProps) {
  const { name, label, hint, color } = row;
  const swatch = (
    <span aria-hidden className="size-2.5 shrink-0 rounded-[2px]" style={{ background: color ?? 'var(--s-paused)' }} />
  );
  return (
    <tr className={cn('h-8', isChosen ? 'bg-accent-soft' : 'hover:bg-hover')}>
      <th scope="row" className="max-w-36 px-3 text-left font-normal md:max-w-80">
        {name === null ? (
          <span title={hint ?? undefined} className="flex items-center gap-2 text-ink-3">
            {swatch} {label}
          </span>
        ) : (
          <button
            type="button"
            aria-pressed={isChosen}
            title={isChosen ? 'Show all names again' : 'Show only this name in the charts'}
            onClick={() => onChoose(isChosen ? null : name)}
            className="link flex max-w-full items-center gap-2 text-left"
          >
            {swatch} <JobLine className="truncate">{label}</JobLine>
          </button>
        )}
      </th>
      {COLUMNS.map(({ key, onPhones }) => (
        <td key={key} className={cn('px-2 text-right whitespace-nowrap md:px-3', !onPhones && 'max-md:hidden')}>
          <Value row={row} column={key} />
        </td>
      ))}
    </tr>
  );
}

function Value({ row, column }: { row: NameRow; column: NameColumn }) {
  const value = valueOf(row, column);
  if (column === 'arrived' || column === 'completed') return formatCount(value);
  if (column === 'stalled') return <span className={cn(value ? 'text-warn' : 'text-ink-3')}>{formatCount(value)}</span>;
  if (column === 'failedShare')
    return value === null ? (
      '–'
    ) : (
      <span
        className={cn(value >= FAILING && 'font-medium text-crit', value === 0 && 'text-ink-3')}
        title={`${formatCount(row.failed)} failed for good; ${formatCount(row.failedAttempts)} failed attempts were tried again`}
      >
        {value > 0 && value < 0.001 ? '< 0.1 %' : `${(value * 100).toFixed(1)} %`}
      </span>
    );
  return <span title={exactDuration(value)}>{formatDuration(value)}</span>;
}
