import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let workers: StageWorker[];

export const fewerWorkers: Drill = {
  name: 'fewer-workers',
  what: 'three of four workers leave',
  expects: 'fewer-workers',
  calmMs: 40_000,
  prepare: async (stage) => {
    workers = await stage.workers(4, 'resize', { does: { runMs: 100 } });
    stage.produce('resize', 22);
  },
  begin: async () => {
    await Promise.all(workers.slice(1).map((worker) => worker.stop()));
  },
  end: async (stage) => {
    await stage.workers(6, 'resize', { does: { runMs: 60 } });
  },
};
