import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let worker: StageWorker;

export const frozenWorker: Drill = {
  name: 'frozen-worker',
  what: 'the only worker stands still with jobs in its hands, as a machine that is suspended does',
  expects: 'loop-blocked',
  alsoTrue: ['under-provisioned', 'burst', 'running-long', 'stalled'],
  calmMs: 20_000,
  prepare: async (stage) => {
    worker = await stage.worker('pay', { concurrency: 6, does: { runMs: 900 }, stalledInterval: 5_000 });
    stage.produce('pay', 6);
  },
  begin: async () => worker.freeze(),
  end: async (stage) => {
    worker.thaw();
    await stage.worker('pay', { concurrency: 20, does: { runMs: 10 }, stalledInterval: 2_000 });
  },
};
