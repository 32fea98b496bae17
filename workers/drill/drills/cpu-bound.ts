import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let workers: StageWorker[];

export const cpuBound: Drill = {
  name: 'cpu-bound',
  what: 'job after job blocks the event loop of one of two workers for 20 s',
  expects: 'loop-blocked',
  alsoTrue: ['running-long', 'slow-handler', 'under-provisioned', 'burst', 'fewer-workers'],
  calmMs: 15_000,
  prepare: async (stage) => {
    workers = await stage.workers(2, 'crypt', { concurrency: 4, does: { runMs: 30 } });
    stage.produce('crypt', 10);
  },
  begin: async () => {
    workers[0]?.does({ blockMs: 20_000 });
  },
  end: async (stage) => {
    await workers[0]?.kill();
    await stage.worker('crypt', { concurrency: 8, does: { runMs: 20 }, stalledInterval: 2_000 });
  },
};
