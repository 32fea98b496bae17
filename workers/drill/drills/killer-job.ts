import type { Drill } from '../drill';

const SETTINGS = { lockDuration: 2_000, stalledInterval: 1_000, maxStalledCount: 100 };

let isOver = false;

export const killerJob: Drill = {
  name: 'killer-job',
  what: 'one job takes each worker down that touches it',
  expects: 'poison-jobs',
  alsoTrue: ['dead-worker', 'no-workers', 'stalled'],
  calmMs: 15_000,
  prepare: async (stage) => {
    isOver = false;
    void (async () => {
      while (!isOver) {
        const worker = await stage.worker('import', { ...SETTINGS, does: { runMs: 20 } }).catch(() => null);
        await worker?.ended;
      }
    })();
    stage.produce('import', 10);
  },
  begin: async (stage) => {
    await stage.queue('import').add('work', { kill: true }, { jobId: 'killer', attempts: 100 });
  },
  end: async (stage) => {
    isOver = true;
    await stage.worker('import', { ...SETTINGS, concurrency: 5, does: { runMs: 20, isImmune: true } });
  },
};
