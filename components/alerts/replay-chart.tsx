'use client';
import type { Replay } from '@/lib/domain/replay';
import { formatTick } from '../format/time';
import { usePreferences } from '../shell/preferences';
import { useWidth } from '../charts/use-width';

const HEIGHT = 120;
const AXIS = 16;
const TICKS = 7;

type Props = {
  replay: Replay;
  /** The bound, and how a value of it reads. */
  threshold: number | null;
  format: (value: number) => string;
};

/** The course of a queue over the week with the rule's bound, and the times at which it would have fired. */
export function ReplayChart({ replay, threshold, format }: Props) {
  const [width, ref] = useWidth();
  const { zone } = usePreferences();
  const { from, to, course, queues } = replay;
  const points = course ?? [];
  const known = points.flatMap(([, value]) => value ?? []);
  const top = Math.max(1, threshold === null ? 1 : threshold * 1.25, ...known) * 1.05;
  const x = (at: number) => ((at - from) / (to - from)) * width;
  const y = (value: number) => HEIGHT - AXIS - (Math.min(Math.max(value, 0), top) / top) * (HEIGHT - AXIS - 4);
  const episodes = queues[0]?.episodes ?? [];
  return (
    <div ref={ref} className="w-full">
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`Values of the last week, ${episodes.length} times beyond the bound`}
        >
          {episodes.map(({ firedAt, resolvedAt }) => (
            <rect
              key={firedAt}
              x={x(firedAt)}
              width={Math.max(2, x(resolvedAt ?? to) - x(firedAt))}
              y={0}
              height={HEIGHT - AXIS}
              className="fill-crit opacity-25"
            />
          ))}
          <path d={pathOf(points, x, y)} className="fill-none stroke-accent" strokeWidth={1.25} />
          {threshold !== null && (
            <>
              <line
                x1={0}
                x2={width}
                y1={y(threshold)}
                y2={y(threshold)}
                className="stroke-crit"
                strokeDasharray="4 3"
              />
              <text x={4} y={Math.max(10, y(threshold) - 3)} className="fill-ink-2 text-2xs">
                {format(threshold)}
              </text>
            </>
          )}
          {Array.from({ length: TICKS }, (_, index) => from + ((index + 0.5) * (to - from)) / TICKS).map((at) => (
            <text key={at} x={x(at)} y={HEIGHT - 3} textAnchor="middle" className="fill-ink-3 text-2xs">
              {formatTick(at, to - from, { zone }).replace(/ \d\d:\d\d$/, '')}
            </text>
          ))}
        </svg>
      )}
    </div>
  );
}

/** A line that breaks where nothing is known. */
function pathOf(
  points: readonly (readonly [number, number | null])[],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let isDown = false;
  return points
    .map(([at, value]) => {
      if (value === null) {
        isDown = false;
        return '';
      }
      const step = `${isDown ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      isDown = true;
      return step;
    })
    .join('');
}
