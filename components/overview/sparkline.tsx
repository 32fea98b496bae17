import { cn } from '../ui/cn';
import { sparkPaths } from './spark-paths';
import type { Trend } from './use-trends';

const WIDTH = 56;
const HEIGHT = 18;

/** The backlog of the last half hour up to `now`, on a scale of its own; what it shows stands as a number beside it. */
export function Sparkline({ trend, now }: { trend: Trend | undefined; now: number | null }) {
  if (!trend) return <span className="w-14 shrink-0" />;
  const { line, area, most } = sparkPaths([...trend, now], WIDTH, HEIGHT);
  return (
    <svg
      aria-hidden
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={cn('shrink-0', most === 0 && 'opacity-50')}
    >
      <path d={area} fill="var(--s-waiting)" fillOpacity={0.16} />
      <path d={line} fill="none" stroke={most === 0 ? 'var(--line-strong)' : 'var(--s-waiting)'} strokeWidth={1.25} />
    </svg>
  );
}
