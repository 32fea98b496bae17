import type { Drill } from '../drill';

let urgent: { stop(): void };

export const starvation: Drill = {
  name: 'starvation',
  what: 'urgent jobs keep coming, and those of low priority never run',
  expects: 'starvation',
  alsoTrue: ['under-provisioned'],
  isBullMqOnly: true,
  calmMs: 15_000,
  prepare: async (stage) => {
    await stage.worker('mixed', { concurrency: 2, does: { runMs: 50 } });
    stage.produce('mixed', 5, { options: { priority: 10 } });
  },
  begin: async (stage) => {
    urgent = stage.produce('mixed', 60, { options: { priority: 1 } });
  },
  end: async (stage) => {
    urgent.stop();
    await stage.workers(4, 'mixed', { concurrency: 50, does: { runMs: 10 } });
  },
};
