'use client';
import { cn } from '../ui/cn';
import type { LineSpec } from './series-rows';

type Props = { lines: readonly LineSpec[]; hidden: ReadonlySet<string>; onToggle(key: string): void };

/** Names of the lines; each is a switch. */
export function ChartLegend({ lines, hidden, onToggle }: Props) {
  return lines.map(({ key, label, color, dash }) => (
    <button
      key={key}
      type="button"
      aria-pressed={!hidden.has(key)}
      onClick={() => onToggle(key)}
      className={cn(
        'flex h-6 items-center gap-1.5 rounded-sm px-1 text-xs text-ink-2 hover:bg-hover',
        hidden.has(key) && 'line-through opacity-60',
      )}
    >
      <svg width="14" height="4" aria-hidden>
        <line x1="0" y1="2" x2="14" y2="2" stroke={color} strokeWidth="2.500" strokeDasharray={dash} />
      </svg>
      {label}
    </button>
  ));
}
