import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let victim: StageWorker;

export const loopBlocked: Drill = {
  name: 'loop-blocked',
  what: 'one of two workers blocks its event loop',
  expects: 'loop-blocked',
  alsoTrue: ['running-long', 'dead-worker'],
  calmMs: 12_000,
  prepare: async (stage) => {
    victim = await stage.worker('pdf', { concurrency: 3, does: { runMs: 30 } });
    await stage.worker('pdf', { concurrency: 6, does: { runMs: 30 }, stalledInterval: 600_000 });
    stage.produce('pdf', 10);
  },
  begin: async () => {
    victim.does({ blockMs: 90_000 });
  },
  end: async (stage) => {
    await victim.kill();
    await stage.worker('pdf', { concurrency: 3, does: { runMs: 30 }, stalledInterval: 2_000 });
  },
};
