import type { NameFigures, Names } from '@/lib/domain/series';

/** One row of the table of job names. `name`: `null` for rows that stand for several. */
export type NameRow = NameFigures & {
  key: string;
  name: string | null;
  label: string;
  hint: string | null;
  /** Colour of its part of the bar; `null`: drawn with the rest. */
  color: string | null;
  finished: number;
  /** Part of the finished jobs that failed, 0 to 1; `null` when none finished. */
  failedShare: number | null;
};

/** More colours could not be told apart. */
const COLORS = ['waiting', 'completed', 'delayed', 'attempts', 'active', 'waiting-children', 'failed'].map(
  (state) => `var(--s-${state})`,
);
const REST = 'var(--s-paused)';

export const NAME_COLUMNS = [
  'totalRunMs',
  'arrived',
  'completed',
  'failedShare',
  'stalled',
  'p50',
  'p95',
  'p99',
] as const;
export type NameColumn = (typeof NAME_COLUMNS)[number];

/** Rows with names, the one with the most of `column` first, then what cannot be told apart, where there is any. */
export function toNameRows({ names, other, unattributed }: Names, column: NameColumn): NameRow[] {
  const rows = names.map((figures, index) => ({
    ...withShares(figures),
    key: `name ${figures.name}`,
    name: figures.name,
    label: figures.name,
    hint: null,
    color: COLORS[index] ?? null,
  }));
  rows.sort((a, b) => (valueOf(b, column) ?? -1) - (valueOf(a, column) ?? -1));
  const together = [
    {
      key: 'other',
      label: 'other names',
      hint: 'Names that were not among the heaviest at their time.',
      figures: other,
    },
    {
      key: 'unattributed',
      label: 'unattributed',
      hint: 'Jobs whose name could not be read in time, for example because they were removed at once.',
      figures: unattributed,
    },
  ];
  return [
    ...rows,
    ...together.flatMap(({ figures, ...row }) =>
      isNothing(figures) ? [] : [{ ...withShares(figures), ...row, name: null, color: null }],
    ),
  ];
}

/** What a column holds of a row; `null` when unknown. */
export function valueOf({ runMs, ...row }: NameRow, column: NameColumn): number | null {
  return column === 'p50' || column === 'p95' || column === 'p99' ? runMs[column] : row[column];
}

/** Parts of the time that all runs took, for the bar: those with a colour, then the rest as one. Shares add up to 1. */
export function toShares(rows: readonly NameRow[]): { key: string; color: string; share: number }[] {
  const all = rows.reduce((sum, { totalRunMs }) => sum + totalRunMs, 0);
  if (all === 0) return [];
  const parts = rows.flatMap(({ key, color, totalRunMs }) =>
    color === null || totalRunMs === 0 ? [] : [{ key, color, share: totalRunMs / all }],
  );
  const rest = 1 - parts.reduce((sum, { share }) => sum + share, 0);
  return rest > 1e-9 ? [...parts, { key: 'rest', color: REST, share: rest }] : parts;
}

function withShares(figures: NameFigures) {
  const finished = figures.completed + figures.failed;
  return { ...figures, finished, failedShare: finished === 0 ? null : figures.failed / finished };
}

function isNothing({ arrived, completed, failed, failedAttempts, stalled }: NameFigures): boolean {
  return arrived + completed + failed + failedAttempts + stalled === 0;
}
