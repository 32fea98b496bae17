import type { Drill } from '../drill';

export const paused: Drill = {
  name: 'paused',
  what: 'somebody pauses a queue and forgets it',
  expects: 'paused-with-backlog',
  isQuick: true,
  calmMs: 6_000,
  prepare: async (stage) => {
    await stage.worker('mail', { does: { runMs: 20 } });
    stage.produce('mail', 10);
  },
  begin: async (stage) => {
    await stage.queue('mail').pause();
  },
  end: async (stage) => {
    await stage.queue('mail').resume();
  },
};
