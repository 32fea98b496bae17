import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let worker: StageWorker;

export const noWorkers: Drill = {
  name: 'no-workers',
  what: 'the only worker of a busy queue is stopped',
  expects: 'no-workers',
  isQuick: true,
  calmMs: 6_000,
  prepare: async (stage) => {
    worker = await stage.worker('mail', { concurrency: 2, does: { runMs: 20 } });
    stage.produce('mail', 10);
  },
  begin: async () => {
    await worker.stop();
  },
  end: async (stage) => {
    await stage.worker('mail', { concurrency: 5, does: { runMs: 20 } });
  },
};
