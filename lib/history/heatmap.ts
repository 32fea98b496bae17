import type { Heatmap } from '../domain/series';
import type { StoredRange } from './history-store';
import { layOut } from './lay-out';
import type { SeriesRecord } from './record';
import { wholeSteps, type SeriesRequest } from './series';
import { mergeBins, pairsOf, upperBoundOf } from './sketch';
import { slotOf } from './tiers';

/** More rows than this cannot be told apart on a chart. */
export const MAX_ROWS = 40;

/**
 * How many durations of each length fell into each step: bins of the distributions, joined until at most `MAX_ROWS`
 * are left. The first row also holds durations of no length.
 */
export function toHeatmap(
  stored: StoredRange<SeriesRecord>,
  which: 'run' | 'wait',
  request: Omit<SeriesRequest, 'metrics'>,
): Heatmap {
  const { tier, stepMs } = request;
  const { from, to } = wholeSteps(request);
  const slots = layOut(stored, tier, from, to, slotOf(tier, request.now));
  const perStep = stepMs / tier.slotMs;
  const steps = [];
  for (let start = 0; start < slots.length; start += perStep) {
    const within = slots.slice(start, start + perStep);
    const parts = within.flatMap(({ record }) => (record ? [record[which]] : []));
    steps.push(within.some(({ isKnown }) => isKnown) ? mergeBins(parts) : null);
  }
  let [lowest, highest] = [Infinity, -Infinity];
  for (const step of steps)
    for (const [bin] of step ? pairsOf(step) : []) [lowest, highest] = [Math.min(lowest, bin), Math.max(highest, bin)];
  const isEmpty = highest === -Infinity;
  const hasZeros = steps.some((step) => step !== null && step.zeros > 0);
  const width = isEmpty ? 1 : Math.ceil((highest - lowest + 1) / MAX_ROWS);
  const rows = isEmpty ? (hasZeros ? 1 : 0) : Math.ceil((highest - lowest + 1) / width);
  const bounds = Array.from({ length: rows }, (_, row) =>
    isEmpty ? 1 : Math.round(upperBoundOf(lowest + (row + 1) * width - 1) * 1000) / 1000,
  );
  const counts = steps.map((step) => {
    if (step === null) return null;
    const row = new Array<number>(rows).fill(0);
    if (rows > 0) row[0] = step.zeros;
    for (const [bin, count] of pairsOf(step)) {
      const index = Math.floor((bin - lowest) / width);
      row[index] = (row[index] ?? 0) + count;
    }
    return row;
  });
  return { from, to, stepMs, tierMs: tier.slotMs, bounds, counts };
}
