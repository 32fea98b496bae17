import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let worker: StageWorker;

export const failing: Drill = {
  name: 'failing',
  what: 'a deploy breaks the handler: every second job fails for good',
  expects: 'failing',
  calmMs: 6_000,
  prepare: async (stage) => {
    worker = await stage.worker('mail', { concurrency: 4, does: { runMs: 20 } });
    stage.produce('mail', 15);
  },
  begin: async () => {
    worker.does({ failShare: 0.6, failText: 'connect ECONNREFUSED 10.0.0.7:5432' });
  },
  end: async () => {
    worker.does({ failShare: 0 });
  },
};
