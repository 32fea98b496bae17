import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let workers: StageWorker[];
const usual = { slowNames: { resize: 30, crop: 30 } };

export const slowWorker: Drill = {
  name: 'slow-worker',
  what: 'one of two names is slow at one of three workers, and nobody waits for it',
  expects: 'slow-handler',
  calmMs: 75_000,
  prepare: async (stage) => {
    workers = await stage.workers(3, 'thumbs', { concurrency: 3, does: usual });
    stage.produce('thumbs', 8, { job: 'resize' });
    stage.produce('thumbs', 8, { job: 'crop' });
  },
  begin: async () => {
    workers[0]?.does({ slowNames: { ...usual.slowNames, crop: 900 } });
  },
  end: async () => {
    workers[0]?.does(usual);
  },
};
