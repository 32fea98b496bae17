import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

export const idleQueue: Drill = {
  name: 'idle-queue',
  what: 'healthy: a queue that has a job every now and then',
  expects: null,
  calmMs: 10_000,
  lastsMs: 50_000,
  prepare: async (stage) => {
    await stage.worker('rare', { does: { runMs: 300 } });
    await stage.queue('rare').add('work', {});
  },
  begin: async (stage) => {
    for (let n = 0; n < 3; n += 1) {
      await stage.queue('rare').add('work', {});
      await pause(12_000);
    }
  },
};
