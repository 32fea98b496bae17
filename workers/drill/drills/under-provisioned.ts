import type { Drill } from '../drill';

let producer: { stop(): void };

export const underProvisioned: Drill = {
  name: 'under-provisioned',
  what: 'a third more comes in than the workers can do, for good',
  expects: 'under-provisioned',
  alsoTrue: ['burst'],
  calmMs: 30_000,
  prepare: async (stage) => {
    await stage.workers(2, 'index', { does: { runMs: 100 } });
    stage.produce('index', 8);
  },
  begin: async (stage) => {
    producer = stage.produce('index', 24);
  },
  end: async (stage) => {
    producer.stop();
    await stage.workers(4, 'index', { concurrency: 10, does: { runMs: 100 } });
  },
};
