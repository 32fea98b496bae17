import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';
import type { StageWorker } from '../stage';

let victim: StageWorker;

export const deadWorker: Drill = {
  name: 'dead-worker',
  what: 'one of two workers is killed with jobs in its hands',
  expects: 'dead-worker',
  alsoTrue: ['running-long'],
  calmMs: 12_000,
  prepare: async (stage) => {
    victim = await stage.worker('video', { concurrency: 3, does: { runMs: 30 } });
    await stage.worker('video', { concurrency: 6, does: { runMs: 30 }, stalledInterval: 600_000 });
    stage.produce('video', 10);
  },
  begin: async () => {
    victim.does({ hang: true });
    await pause(3_000);
    await victim.kill();
  },
  end: async (stage) => {
    await stage.worker('video', { concurrency: 3, does: { runMs: 30 }, stalledInterval: 2_000 });
  },
};
