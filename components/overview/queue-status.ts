import type { Alert } from '@/lib/domain/alert';
import { SEVERITIES, type Queue, type Severity } from '@/lib/domain/queue';

/** The worst alert that fires for a queue, by the queue's key. */
export type FiringByKey = ReadonlyMap<string, Severity>;

export function firingByKey(alerts: readonly Alert[]): FiringByKey {
  const worst = new Map<string, Severity>();
  for (const { state, queueKey, severity } of alerts)
    if (state === 'firing') worst.set(queueKey, worseOf(worst.get(queueKey) ?? null, severity));
  return worst;
}

/** The worst of a queue's verdicts and firing alerts, `null` when it has none. */
export function statusOf({ key, verdicts }: Queue, firing: FiringByKey): Severity | null {
  return verdicts.reduce<Severity | null>((worst, { severity }) => worseOf(worst, severity), firing.get(key) ?? null);
}

function worseOf(a: Severity | null, b: Severity): Severity {
  return a !== null && SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b) ? a : b;
}
