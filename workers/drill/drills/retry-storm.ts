import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let worker: StageWorker;

export const retryStorm: Drill = {
  name: 'retry-storm',
  what: 'a dependency is down: every attempt fails and is tried again at once',
  expects: 'retry-storm',
  alsoTrue: ['burst'],
  calmMs: 15_000,
  prepare: async (stage) => {
    worker = await stage.worker('charge', { concurrency: 4, does: { runMs: 10 } });
    stage.produce('charge', 10, { options: { attempts: 50, backoff: { type: 'fixed', delay: 1_000 } } });
  },
  begin: async () => {
    worker.does({ failShare: 1, failText: 'ETIMEDOUT payments:443' });
  },
  end: async () => {
    worker.does({ failShare: 0 });
  },
};
