import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let worker: StageWorker;

export const slowName: Drill = {
  name: 'slow-name',
  what: 'one kind of job of three becomes slow',
  expects: 'slow-handler',
  calmMs: 75_000,
  prepare: async (stage) => {
    worker = await stage.worker('sync', { concurrency: 6, does: { runMs: 30 } });
    for (const job of ['users', 'orders', 'stock']) stage.produce('sync', 5, { job });
  },
  begin: async () => {
    worker.does({ slowNames: { orders: 400 } });
  },
  end: async () => {
    worker.does({ slowNames: {} });
  },
};
