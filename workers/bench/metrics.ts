import type { Broker } from '../../lib/domain/broker';
import { COUNT_KEYS, type Counts, type Queue } from '../../lib/domain/queue';
import { toQueueKey } from '../../lib/domain/queue-key';
import { COUNTER_METRICS } from '../../lib/domain/series';
import { DURATION_BOUNDS_MS, type QueueTotals } from '../../lib/domain/totals';
import { Metrics } from '../../lib/metrics/metrics';
import { median } from './meter';

const ROUNDS = 21;
const TARGET_MS = 100;

/** What one scrape of `/metrics` costs this process, every figure of every queue known; the floor is joining the same text. */
export async function benchMetrics(queueCount = 1_000): Promise<void> {
  const queues = Array.from({ length: queueCount }, (_, n) => aBusyQueue(n));
  const totals = new Map(queues.map(({ key }, n) => [key, someTotals(n)]));
  const metrics = new Metrics({
    maxQueues: queueCount,
    version: 'bench',
    openStreams: () => 0,
    source: {
      hasState: () => true,
      snapshot: () => ({ at: 0, queues }),
      totalsOf: (key) => totals.get(key) ?? null,
      alerts: () => null,
      brokersView: () => ({
        at: 0,
        store: { state: 'up', since: 0, error: null },
        collector: { state: 'live', lastSeenAt: 0, holder: 'bench' },
        brokers: [{ source: 'main', state: 'up', ownCost: {}, kind: 'redis' } as unknown as Broker],
      }),
    },
  });
  const times: number[] = [];
  const cpu: number[] = [];
  let body = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const before = process.cpuUsage();
    ({ body } = await metrics.scrape(round * 10_000));
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
  }
  const lines = body.split('\n');
  const floors = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    lines.join('\n');
    return performance.now() - start;
  });
  const [ours, floor] = [median(times), median(floors)];
  console.log(
    `\nOne scrape of /metrics, ${queueCount} queues, ${lines.length} lines, ${(body.length / 1e6).toFixed(1)} MB: median ${ours.toFixed(0)} ms, of them CPU ${median(cpu).toFixed(0)} ms ` +
      `(floor, joining the same lines: ${floor.toFixed(1)} ms; target ≤ ${TARGET_MS} ms)`,
  );
}

function aBusyQueue(n: number): Queue {
  const id = { source: 'main', namespace: 'bull', name: `queue-${n}` };
  const counts = Object.fromEntries(Object.values(COUNT_KEYS).map((key) => [key, n])) as Counts;
  return {
    id,
    key: toQueueKey(id),
    kind: 'bullmq',
    counts,
    backlog: n,
    isPaused: false,
    oldestWaitingMs: n,
    workers: 3,
    stalledJobs: 0,
    lastMinute: { quality: 'exact' },
  } as unknown as Queue;
}

function someTotals(n: number): QueueTotals {
  const durations = { counts: [...DURATION_BOUNDS_MS.map((_, index) => n + index), n], sumMs: n * 1_234 };
  return { since: n, counters: COUNTER_METRICS.map((_, index) => n * index), run: durations, wait: durations };
}
