import type { Fingerprint } from './fingerprint';
import type { GroupNews } from './group-record';

/** Failures that wait to be written: all of one moment, queue, name and group. `heardAt`: ms, broker's clock. */
export type Pending = GroupNews & { queueKey: string; group: string; kind: Fingerprint | null; heardAt: number };

/** Adds to what waits under the same key. */
export function merge(into: Map<string, Pending>, key: string, entry: Pending): void {
  const before = into.get(key);
  if (!before) {
    into.set(key, entry);
    return;
  }
  const [a, b] = [before.retries ?? [0, 0, 0], entry.retries ?? [0, 0, 0]];
  into.set(key, {
    ...before,
    kind: before.kind ?? entry.kind,
    failed: before.failed + entry.failed,
    attempts: before.attempts + entry.attempts,
    sample: entry.sample ?? before.sample,
    retries: [a[0] + b[0], a[1] + b[1], a[2] + b[2]],
  });
}
