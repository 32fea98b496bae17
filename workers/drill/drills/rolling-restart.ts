import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';
import type { StageWorker } from '../stage';

let workers: StageWorker[];

export const rollingRestart: Drill = {
  name: 'rolling-restart',
  what: 'healthy: all workers are replaced, one after the other',
  expects: null,
  calmMs: 30_000,
  lastsMs: 40_000,
  prepare: async (stage) => {
    workers = await stage.workers(4, 'steady', { concurrency: 2, does: { runMs: 100 } });
    stage.produce('steady', 30);
  },
  begin: async (stage) => {
    for (const worker of workers) {
      await worker.stop();
      await pause(2_000);
      await stage.worker('steady', { concurrency: 2, does: { runMs: 100 } });
      await pause(3_000);
    }
  },
};
