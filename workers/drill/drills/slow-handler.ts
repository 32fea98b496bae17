import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let worker: StageWorker;

export const slowHandler: Drill = {
  name: 'slow-handler',
  what: 'a dependency is slow: jobs take eight times as long',
  expects: 'slow-handler',
  calmMs: 50_000,
  prepare: async (stage) => {
    worker = await stage.worker('sync', { concurrency: 5, does: { runMs: 40 } });
    stage.produce('sync', 15);
  },
  begin: async () => {
    worker.does({ runMs: 600 });
  },
  end: async () => {
    worker.does({ runMs: 20 });
  },
};
