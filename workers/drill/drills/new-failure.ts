import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let workers: StageWorker[];

export const newFailure: Drill = {
  name: 'new-failure',
  what: 'three of a hundred jobs of a fast queue fail in a new way',
  expects: 'failing',
  calmMs: 40_000,
  prepare: async (stage) => {
    workers = await stage.workers(2, 'events', { concurrency: 10, does: { runMs: 10 } });
    stage.produce('events', 150);
  },
  begin: async () => {
    const failText = "Cannot read properties of undefined (reading 'locale')";
    for (const worker of workers) worker.does({ failShare: 0.03, failText });
  },
  end: async () => {
    for (const worker of workers) worker.does({ failShare: 0 });
  },
};
