'use client';
import { ReferenceArea, ReferenceLine } from 'recharts';
import type { Series } from '@/lib/domain/series';
import type { MarkGroup } from './mark-groups';
import { MARK_LOOKS } from './mark-kinds';

/** Hatching that backdrops are filled with; ids are shared by all charts of a page. */
export function BackdropPatterns() {
  return (
    <defs>
      <pattern id="gap-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="6" stroke="var(--line-strong)" strokeWidth="2" />
      </pattern>
      <pattern id="partial-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="8" stroke="var(--warn)" strokeWidth="1" opacity="0.5" />
      </pattern>
    </defs>
  );
}

/** What lies behind the lines: times without figures, with incomplete ones, the bucket that is filling, and marks. */
export function ChartBackdrop({ series, marks }: { series: Series; marks: readonly MarkGroup[] }) {
  const { from, to, gaps, partial, unfinishedFrom } = series;
  return (
    <>
      {gaps.map(([start, end]) => (
        <ReferenceArea
          key={`gap${start}`}
          x1={Math.max(start, from)}
          x2={Math.min(end, to)}
          fill="url(#gap-hatch)"
          fillOpacity={0.8}
          ifOverflow="hidden"
        />
      ))}
      {partial.map((each) => (
        <ReferenceArea
          key={`partial${each.from}`}
          x1={Math.max(each.from, from)}
          x2={Math.min(each.to, to)}
          fill="url(#partial-hatch)"
          // What was repaired and proven is incomplete only in its other figures.
          fillOpacity={each.exact ? 0.4 : 1}
          ifOverflow="hidden"
        />
      ))}
      {unfinishedFrom !== null && unfinishedFrom > from && (
        <ReferenceArea x1={unfinishedFrom} x2={to} fill="var(--ink-3)" fillOpacity={0.07} ifOverflow="hidden" />
      )}
      {marks.map(({ at, kind, marks: [first] }) => (
        <ReferenceLine
          key={first?.id ?? at}
          x={at}
          stroke={MARK_LOOKS[kind].color}
          strokeOpacity={0.55}
          strokeDasharray={kind === 'deploy' ? '' : '2 2'}
          ifOverflow="hidden"
        />
      ))}
    </>
  );
}
