import type { Alerts } from '../domain/alert';
import type { Brokers } from '../domain/broker';
import type { Snapshot } from '../domain/queue';
import type { QueueTotals } from '../domain/totals';

/** What metrics are made from: the web process's mirror of the newest state. */
export interface MetricsSource {
  hasState(): boolean;
  snapshot(): Snapshot;
  totalsOf(queueKey: string): QueueTotals | null;
  brokersView(): Brokers;
  alerts(): Alerts | null;
}
