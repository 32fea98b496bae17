import type { Drill } from '../drill';

let flood: { stop(): void };

export const crowdedOut: Drill = {
  name: 'crowded-out',
  what: 'one kind of job floods a queue that others share',
  expects: 'crowded-out',
  calmMs: 95_000,
  prepare: async (stage) => {
    await stage.workers(2, 'shared', { concurrency: 2, does: { runMs: 100 } });
    for (const job of ['mail', 'invoice', 'export']) stage.produce('shared', 3, { job });
  },
  begin: async (stage) => {
    flood = stage.produce('shared', 80, { job: 'reindex' });
  },
  end: async (stage) => {
    flood.stop();
    await stage.workers(4, 'shared', { concurrency: 50, does: { runMs: 10 } });
  },
};
