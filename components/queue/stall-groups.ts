import type { Stall, StallCause } from '@/lib/domain/stall';

export type StallGroup = { key: string; label: string | null; count: number };
export type StallGroups = {
  causes: { cause: StallCause; count: number }[];
  names: StallGroup[];
  workers: StallGroup[];
};

/** How often stalls have each cause, job name and worker, most often first; `null` where it is not known. */
export function groupStalls(stalls: readonly Stall[]): StallGroups {
  const causes = new Map<StallCause, number>();
  for (const { cause } of stalls) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  return {
    causes: [...causes].map(([cause, count]) => ({ cause, count })).sort((a, b) => b.count - a.count),
    names: count(stalls.map(({ name }) => name)),
    workers: count(stalls.map(({ worker }) => worker)),
  };
}

function count(labels: readonly (string | null)[]): StallGroup[] {
  const counts = new Map<string | null, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([label, many]) => ({ key: label === null ? 'unknown' : `known ${label}`, label, count: many }))
    .sort((a, b) => b.count - a.count || Number(a.label === null) - Number(b.label === null));
}
