import type { Drill } from '../drill';

export const oversized: Drill = {
  name: 'oversized',
  what: 'jobs of a quarter of a megabyte each',
  expects: 'oversized-payloads',
  alsoTrue: ['burst'],
  calmMs: 8_000,
  prepare: async (stage) => {
    await stage.worker('scan', { does: { runMs: 500 } });
    stage.produce('scan', 1);
  },
  begin: async (stage) => {
    await stage.addMany('scan', 60, { data: { image: 'x'.repeat(250_000) } });
  },
  end: async (stage) => {
    await stage.emptied('scan', 1).catch(() => undefined);
    await stage.workers(3, 'scan', { concurrency: 20, does: { runMs: 20 } });
  },
};
