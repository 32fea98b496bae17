'use client';
import { ChevronLeft, ChevronRight, Radio, ZoomOut } from 'lucide-react';
import { formatClock } from '../format/time';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { Segmented } from '../ui/segmented';
import { FreeRange } from './free-range';
import {
  boundsOf,
  COMPARISONS,
  COMPARISON_NAMES,
  moved,
  RANGES,
  widened,
  type Bounds,
  type ComparisonName,
} from './range';
import type { useChartParams } from './use-chart-params';

const OPTIONS = RANGES.map(({ name, label }) => ({ value: name, label }));
/** A step to the side leaves half of what was seen in sight. */
const STEP = 0.5;

type Params = Pick<ReturnType<typeof useChartParams>, 'window' | 'compare' | 'freeze' | 'follow'> & {
  setParams(change: { compare: ComparisonName | null }): unknown;
};
type Props = { params: Params; now: number; withCompare?: boolean };

/** Which time the charts show, and what they compare it with. */
export function RangeBar({ params: { window, compare, freeze, follow, setParams }, now, withCompare = true }: Props) {
  const { zone } = usePreferences();
  const go = (change: (bounds: Bounds) => Bounds) => freeze(change(boundsOf(window, Date.now())));
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      {window.kind === 'fixed' && (
        <Button variant="primary" onClick={() => follow()} title="Follow the clock again">
          <Radio size={13} aria-hidden /> Back to live
        </Button>
      )}
      <div className="flex">
        <Button
          size="icon"
          variant="ghost"
          aria-label="Earlier"
          title="Earlier (or drag with Shift)"
          onClick={() => go((bounds) => moved(bounds, -STEP, Date.now()))}
        >
          <ChevronLeft size={15} aria-hidden />
        </Button>
        <Button
          size="icon"
          variant="ghost"
          aria-label="Later"
          title="Later"
          blockedBecause={window.kind === 'moving' ? 'This is the latest' : null}
          onClick={() => go((bounds) => moved(bounds, STEP, Date.now()))}
        >
          <ChevronRight size={15} aria-hidden />
        </Button>
        <Button
          size="icon"
          variant="ghost"
          aria-label="Twice the time"
          title="Twice the time"
          onClick={() => go((bounds) => widened(bounds, Date.now()))}
        >
          <ZoomOut size={14} aria-hidden />
        </Button>
      </div>
      <div className="max-w-full overflow-x-auto">
        <Segmented
          label="Range"
          value={window.kind === 'moving' ? window.name : null}
          options={OPTIONS}
          onChange={(range) => follow(range)}
        />
      </div>
      <FreeRange
        bounds={() => boundsOf(window, Date.now())}
        label={
          window.kind === 'fixed'
            ? `${formatClock(window.from, now, { zone })} – ${formatClock(window.to, now, { zone })}`
            : 'From – to'
        }
        isOn={window.kind === 'fixed'}
        onChoose={freeze}
      />
      {withCompare && (
        <select
          aria-label="Compare with"
          value={compare ?? ''}
          onChange={({ target }) =>
            void setParams({ compare: COMPARISON_NAMES.find((name) => name === target.value) ?? null })
          }
          className="h-7 rounded-md border border-line-strong bg-panel px-1.5 text-xs text-ink-2"
        >
          <option value="">Compare with …</option>
          {COMPARISONS.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
