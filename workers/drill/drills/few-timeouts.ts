import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';
import type { StageWorker } from '../stage';

let worker: StageWorker;

export const fewTimeouts: Drill = {
  name: 'few-timeouts',
  what: 'healthy: some attempts time out and go well the next time',
  expects: null,
  calmMs: 20_000,
  lastsMs: 40_000,
  prepare: async (stage) => {
    worker = await stage.worker('fetch', { concurrency: 6, does: { runMs: 40 } });
    stage.produce('fetch', 25, { options: { attempts: 5, backoff: { type: 'fixed', delay: 1_000 } } });
  },
  begin: async () => {
    worker.does({ failShare: 0.04, failText: 'ETIMEDOUT' });
    await pause(20_000);
    worker.does({ failShare: 0.15 });
    await pause(4_000);
    worker.does({ failShare: 0 });
  },
};
