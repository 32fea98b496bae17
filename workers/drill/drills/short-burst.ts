import type { Drill } from '../drill';

export const shortBurst: Drill = {
  name: 'short-burst',
  what: 'healthy: five hundred jobs at once, done in seconds',
  expects: null,
  calmMs: 10_000,
  lastsMs: 60_000,
  prepare: async (stage) => {
    await stage.worker('mail', { concurrency: 5, does: { runMs: 100 } });
    stage.produce('mail', 5);
  },
  begin: async (stage) => {
    await stage.addMany('mail', 600);
  },
};
