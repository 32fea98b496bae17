import { median } from '../domain/median';

export { median };

/** Median distance from the median, scaled to a standard deviation of normal noise: one spike moves neither. */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  if (middle === null) return 0;
  return 1.4826 * (median(values.map((value) => Math.abs(value - middle))) ?? 0);
}

/** Value below which `share` of all lie; `null` of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}
