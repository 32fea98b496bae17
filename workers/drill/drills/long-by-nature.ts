import type { Drill } from '../drill';

export const longByNature: Drill = {
  name: 'long-by-nature',
  what: 'healthy: a job that takes minutes by nature among short ones',
  expects: null,
  calmMs: 20_000,
  lastsMs: 70_000,
  prepare: async (stage) => {
    const does = { runMs: 40, slowNames: { archive: 300_000 } };
    await stage.workers(2, 'files', { concurrency: 4, does });
    stage.produce('files', 10);
  },
  begin: async (stage) => {
    await stage.queue('files').add('archive', {});
  },
};
