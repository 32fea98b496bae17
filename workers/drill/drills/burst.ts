import type { Drill } from '../drill';

export const burst: Drill = {
  name: 'burst',
  what: 'six thousand jobs come at once and are worked off',
  expects: 'burst',
  calmMs: 20_000,
  prepare: async (stage) => {
    await stage.worker('report', { concurrency: 2, does: { runMs: 30 } });
    stage.produce('report', 5);
  },
  begin: async (stage) => {
    await stage.addMany('report', 6_000);
  },
  end: async (stage) => {
    await stage.workers(6, 'report', { concurrency: 50, does: { runMs: 5 } });
  },
};
