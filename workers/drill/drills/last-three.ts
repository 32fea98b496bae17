import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';
import type { StageWorker } from '../stage';

let worker: StageWorker;
let isOn = true;

export const lastThree: Drill = {
  name: 'last-three',
  what: 'a queue with few jobs: the last three failed',
  expects: 'failing',
  calmMs: 10_000,
  prepare: async (stage) => {
    await stage.past('invoices', () => ({ arrived: 60, runMs: 100 }));
    worker = await stage.worker('invoices', { does: { runMs: 100 } });
    for (let n = 0; n < 4; n += 1) {
      await stage.queue('invoices').add('work', {});
      await pause(1_500);
    }
  },
  begin: async (stage) => {
    worker.does({ failShare: 1, failText: 'SMTP 535 authentication failed' });
    void (async () => {
      while (isOn) {
        await stage.queue('invoices').add('work', {});
        await pause(7_000);
      }
    })().catch(() => undefined);
  },
  end: async () => {
    worker.does({ failShare: 0 });
    setTimeout(() => (isOn = false), 40_000);
  },
};
