import type { Drill } from '../drill';

export const usualFailures: Drill = {
  name: 'usual-failures',
  what: 'healthy: a quarter of the jobs fails, as always',
  expects: null,
  calmMs: 15_000,
  lastsMs: 50_000,
  prepare: async (stage) => {
    await stage.past('crawler', () => ({ arrived: 36_000, failed: 9_000, runMs: 40 }));
    await stage.worker('crawler', { concurrency: 6, does: { runMs: 40, failShare: 0.25, failText: 'HTTP 404' } });
    stage.produce('crawler', 10);
  },
  begin: () => Promise.resolve(),
};
