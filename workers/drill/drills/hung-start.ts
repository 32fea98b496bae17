import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let workers: StageWorker[];

export const hungStart: Drill = {
  name: 'hung-start',
  what: 'all workers are connected and have stopped taking jobs',
  expects: 'not-starting',
  calmMs: 15_000,
  prepare: async (stage) => {
    workers = await stage.workers(2, 'mail', { does: { runMs: 20 } });
    stage.produce('mail', 5);
  },
  begin: async () => {
    for (const worker of workers) worker.does({ pausing: true });
  },
  end: async () => {
    for (const worker of workers) worker.does({ pausing: false, runMs: 5 });
  },
};
