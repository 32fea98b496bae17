'use client';
import type { RunOutcome, SchedulerRun } from '@/lib/domain/scheduler';
import { formatExact } from '../format/time';
import { plural } from '../format/number';
import { usePreferences } from '../shell/preferences';

const PLACES = 60;
const WIDTH_PX = 4;
const HEIGHT_PX = 16;

export const OUTCOME_WORDS: Record<RunOutcome, string> = {
  completed: 'completed',
  failed: 'failed',
  running: 'running, or its end was not seen',
  missed: 'did not run',
  unknown: 'not known: nobody was looking',
};

/** The last 60 times, newest at the right: each outcome has a colour, and a shape of its own. */
export function RunStrip({ runs }: { runs: readonly SchedulerRun[] }) {
  const { zone } = usePreferences();
  const shown = runs.slice(-PLACES);
  const first = PLACES - shown.length;
  return (
    <svg
      role="img"
      aria-label={summary(shown)}
      width={PLACES * WIDTH_PX}
      height={HEIGHT_PX}
      viewBox={`0 0 ${PLACES * WIDTH_PX} ${HEIGHT_PX}`}
      className="block max-w-full"
    >
      <line x1={0} x2={PLACES * WIDTH_PX} y1={HEIGHT_PX - 0.5} y2={HEIGHT_PX - 0.5} stroke="var(--line)" />
      {shown.map((run, index) => (
        <g key={run.at} transform={`translate(${(first + index) * WIDTH_PX} 0)`}>
          <title>{`${formatExact(run.at, { zone })}: ${OUTCOME_WORDS[run.outcome]}`}</title>
          <rect width={WIDTH_PX} height={HEIGHT_PX} fill="transparent" />
          <Bar outcome={run.outcome} />
        </g>
      ))}
    </svg>
  );
}

function Bar({ outcome }: { outcome: RunOutcome }) {
  switch (outcome) {
    case 'completed':
      return <rect x={0.5} y={7} width={3} height={8} rx={0.5} fill="var(--s-completed)" />;
    case 'failed':
      return <rect x={0.5} y={1} width={3} height={14} rx={0.5} fill="var(--s-failed)" />;
    case 'running':
      return <rect x={0.5} y={7} width={3} height={8} rx={0.5} fill="var(--s-active)" opacity={0.7} />;
    case 'missed':
      return <path d="M0.5 2 L3.5 6 M3.5 2 L0.5 6" stroke="var(--warn)" strokeWidth={1.4} />;
    case 'unknown':
      return <circle cx={2} cy={12} r={1} fill="var(--ink-3)" />;
  }
}

function summary(runs: readonly SchedulerRun[]): string {
  if (runs.length === 0) return 'No run is known of';
  const count = (outcome: RunOutcome) => runs.filter((run) => run.outcome === outcome).length;
  const parts = (['completed', 'failed', 'running', 'missed', 'unknown'] as const)
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${outcome}`);
  return `Last ${plural(runs.length, 'time')}: ${parts.join(', ')}`;
}
