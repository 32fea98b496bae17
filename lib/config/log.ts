import pino, { type Logger } from 'pino';

export type Log = Logger;

/** Structured log of one process: one JSON object a line on standard output. Never log URLs with credentials or job data. */
export function createLog(level: string, process: string): Log {
  return pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime });
}

/**
 * A function that lets one line in `everyMs` through for a repeated trouble, with the count of those it held back:
 * a broker that is down for a night must not fill the disk.
 */
export function throttled(
  everyMs: number,
  write: (suppressed: number, message: string) => void,
): (message: string) => void {
  const last = new Map<string, { at: number; suppressed: number }>();
  return (message) => {
    const now = Date.now();
    const entry = last.get(message);
    if (entry && now - entry.at < everyMs) {
      entry.suppressed += 1;
      return;
    }
    if (last.size > 100) last.clear();
    last.set(message, { at: now, suppressed: 0 });
    write(entry?.suppressed ?? 0, message);
  };
}
