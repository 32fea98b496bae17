import { setTimeout as pause } from 'node:timers/promises';

const CLOSE_LIMIT_MS = 3_000;

/** Closes what a program holds when it is asked to end, and exits. Trouble with Redis is reported, not fatal. */
export function runUntilStopped(close: () => Promise<unknown>): void {
  const stop = () => void Promise.race([close().catch(() => {}), pause(CLOSE_LIMIT_MS)]).then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.on('unhandledRejection', reportTrouble);
}

let lastReport = 0;

/** One line a minute at most: a Redis that is down for a night must not fill the terminal. */
export function reportTrouble(error: unknown): void {
  if (Date.now() - lastReport < 60_000) return;
  lastReport = Date.now();
  const [, program = 'demo'] = /([^/]+)\.ts$/.exec(process.argv[1] ?? '') ?? [];
  console.error(`demo, ${program}: ${error instanceof Error ? error.message || error.name : String(error)}`);
}

/**
 * Calls `run` about `perSecond` times a second for ever, a little irregularly, as people and clocks do.
 * @param perSecond calls a second at the given time (ms since the epoch); 0 or less: none
 */
export function atRate(perSecond: (now: number) => number, run: () => Promise<unknown>): void {
  const tickMs = 100;
  let owed = 0;
  let running = 0;
  setInterval(() => {
    // After a pause of the machine nothing is made up for, and a slow Redis gets no pile of promises.
    owed = Math.min(owed + (Math.max(perSecond(Date.now()), 0) * tickMs * (0.5 + Math.random())) / 1000, 20);
    for (; owed >= 1 && running < 50; owed -= 1) {
      running += 1;
      run()
        .catch(reportTrouble)
        .finally(() => (running -= 1));
    }
  }, tickMs);
}

/** Calls `run` every `periodMs`, the first time after `firstMs`. */
export function every(periodMs: number, run: () => Promise<unknown>, firstMs = periodMs): void {
  const tick = () => void run().catch(reportTrouble);
  setTimeout(() => {
    tick();
    setInterval(tick, periodMs);
  }, firstMs);
}
