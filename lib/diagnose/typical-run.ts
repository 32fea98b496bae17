/** Geometric mean (ms) of so many runs, and the scatter of their logarithms: a few slow runs do not move it much. */
export type TypicalRun = { ms: number; runs: number; scatter: number };

/** From sums of logarithms and of their squares; `null` without runs. */
export function typicalRunOf(runs: number, log: number, squares: number): TypicalRun | null {
  if (runs === 0) return null;
  const mean = log / runs;
  return { ms: Math.exp(mean), runs, scatter: Math.sqrt(Math.max(0, squares / runs - mean ** 2)) };
}

/** By how many of its own uncertainties one typical run is longer than another. */
export function sigmasLonger(now: TypicalRun, before: TypicalRun): number {
  // What takes two kinds of time scatters widely, and few runs of it say little.
  const uncertainty = Math.sqrt(now.scatter ** 2 / now.runs + before.scatter ** 2 / before.runs) || 0.05;
  return Math.log(now.ms / before.ms) / Math.max(0.05, uncertainty);
}
