import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';
import type { Stage } from '../stage';

/** A job that is at work just now cannot be removed. */
async function gone(stage: Stage, id: string): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1)
    try {
      return await stage.queue('import').remove(id);
    } catch {
      await pause(100);
    }
}

export const poison: Drill = {
  name: 'poison',
  what: 'three jobs fail again and again while all others are done',
  expects: 'poison-jobs',
  calmMs: 15_000,
  prepare: async (stage) => {
    await stage.worker('import', { concurrency: 4, does: { runMs: 20 } });
    stage.produce('import', 20);
  },
  begin: async (stage) => {
    for (let n = 0; n < 3; n += 1)
      await stage
        .queue('import')
        .add('work', { poison: true }, { jobId: `bad${n}`, attempts: 200, backoff: { type: 'fixed', delay: 1_500 } });
  },
  end: async (stage) => {
    for (let n = 0; n < 3; n += 1) await gone(stage, `bad${n}`);
  },
};
