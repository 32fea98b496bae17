import type { SchedulerRun } from '../domain/scheduler';

/** Runs that are kept of each scheduler. */
export const MAX_RUNS = 60;

/** A run of which something was heard: when it was due, what was heard last, and when (ms, broker's clock). */
export type SeenRun = { due: number; outcome: 'running' | 'completed' | 'failed'; at: number };

const LETTERS = { running: 'r', completed: 'c', failed: 'f' } as const;
const OUTCOMES: Record<string, SeenRun['outcome']> = { r: 'running', c: 'completed', f: 'failed' };

/** One run as three words of a JSON array: `[due, letter, ms after due]`. */
export function encodeRuns(runs: readonly SeenRun[]): string {
  return JSON.stringify(runs.map(({ due, outcome, at }) => [due, LETTERS[outcome], at - due]));
}

/** Oldest first. What cannot be read is left out. */
export function decodeRuns(text: string | null): SeenRun[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(rows)) return [];
  return (rows as unknown[]).flatMap((row) => {
    if (!Array.isArray(row)) return [];
    const [due, letter, after] = row as unknown[];
    const outcome = typeof letter === 'string' ? OUTCOMES[letter] : undefined;
    return Number.isFinite(due) && Number.isFinite(after) && outcome
      ? [{ due: due as number, outcome, at: (due as number) + (after as number) }]
      : [];
  });
}

/** Both together, oldest first, the newest `MAX_RUNS`. Of the same run the later news counts, and an end before a start. */
export function mergeRuns(before: readonly SeenRun[], news: readonly SeenRun[]): SeenRun[] {
  const byDue = new Map(before.map((run) => [run.due, run]));
  for (const run of news) {
    const known = byDue.get(run.due);
    const isOlder = known && (known.at > run.at || (known.at === run.at && run.outcome === 'running'));
    if (!isOlder) byDue.set(run.due, run);
  }
  return [...byDue.values()].sort((a, b) => a.due - b.due).slice(-MAX_RUNS);
}

export function toRun({ due, outcome, at }: SeenRun, jobId: string): SchedulerRun {
  return { at: due, outcome, endedAt: at, jobId };
}
