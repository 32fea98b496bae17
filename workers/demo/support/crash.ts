import { spread } from './run-time';

/**
 * Ends this process about every `periodMs` as an out-of-memory kill would: at once, with its jobs in hand. They
 * stall until another worker finds their locks expired. The demo starts the process again.
 */
export function crashEvery(periodMs: number): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), spread(periodMs));
}

/** Short enough that a stall shows within seconds, long enough for a busy machine. */
export const LOCK_MS = 5_000;
export const STALL_CHECK_MS = 5_000;
