import type { Drill } from '../drill';

export const oneFailure: Drill = {
  name: 'one-failure',
  what: 'healthy: one job fails among thousands',
  expects: null,
  calmMs: 15_000,
  lastsMs: 45_000,
  prepare: async (stage) => {
    await stage.worker('many', { concurrency: 20, does: { runMs: 20 } });
    stage.produce('many', 60);
  },
  begin: async (stage) => {
    await stage.queue('many').add('work', { poison: true }, { attempts: 2 });
  },
};
