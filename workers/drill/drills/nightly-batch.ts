import type { Drill } from '../drill';

export const nightlyBatch: Drill = {
  name: 'nightly-batch',
  what: 'healthy: the batch of every night comes, as large as always',
  expects: null,
  calmMs: 8_000,
  lastsMs: 90_000,
  prepare: async (stage) => {
    const hour = Date.now() - (Date.now() % 3_600_000);
    await stage.past('batch', (at) =>
      (hour - at) % 86_400_000 === 0 ? { arrived: 9_000, backlog: 4_500, runMs: 60 } : { arrived: 0 },
    );
    await stage.queue('batch').add('work', {});
    await stage.workers(2, 'batch', { concurrency: 2, does: { runMs: 60 } });
  },
  begin: async (stage) => {
    await stage.addMany('batch', 4_000);
  },
};
