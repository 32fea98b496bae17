import { describe, expect, test } from 'vitest';
import type { Alert, Alerts } from '../domain/alert';
import type { Broker, Brokers } from '../domain/broker';
import type { Queue } from '../domain/queue';
import { DURATION_BOUNDS_MS, type QueueTotals } from '../domain/totals';
import { aQueue } from '../testing/a-queue';
import { Metrics } from './metrics';

const aBroker = (source: string, changes: Partial<Broker> = {}): Broker => ({
  source,
  kind: 'redis',
  address: 'redis://127.0.0.1',
  state: 'up',
  since: 0,
  error: null,
  version: '7.0.15',
  usedMemoryBytes: 1_000,
  maxMemoryBytes: 0,
  evictionPolicy: 'noeviction',
  connectedClients: null,
  readMs: 5,
  queues: 1,
  scan: { progress: null, lastCompletedAt: null, keys: null },
  ownCost: { commandsPerSecond: 12, cpuPercent: 0.5 },
  ...changes,
});

const collectorLive: Brokers['collector'] = { state: 'live', lastSeenAt: 5_000, holder: 'h:1' };

function totalsOf(completed: number, since = 0): QueueTotals {
  const counts = DURATION_BOUNDS_MS.map(() => 0).concat(0);
  counts[1] = completed;
  return {
    since,
    counters: [completed, completed, completed, 0, 0, 0],
    run: { counts, sumMs: 20 * completed },
    wait: { counts: counts.map(() => 0), sumMs: 0 },
  };
}

class World {
  queues: Queue[] = [];
  totals = new Map<string, QueueTotals>();
  brokers: Broker[] = [aBroker('main')];
  collector = collectorLive;
  alertsView: Alerts | null = null;
  readonly metrics: Metrics;
  private clock = 0;

  constructor(maxQueues = 100) {
    this.metrics = new Metrics({
      maxQueues,
      version: '1.2.3',
      openStreams: () => 2,
      source: {
        hasState: () => true,
        snapshot: () => ({ at: 0, queues: this.queues }),
        totalsOf: (key) => this.totals.get(key) ?? null,
        alerts: () => this.alertsView,
        brokersView: () => ({
          at: 0,
          store: { state: 'up', since: 0, error: null },
          collector: this.collector,
          historyPaused: null,
          brokers: this.brokers,
        }),
      },
    });
  }

  add(name: string, completed: number | null = null, changes: Parameters<typeof aQueue>[0] = {}): Queue {
    const queue = aQueue({ ...changes, id: { name, ...changes.id } });
    this.queues.push(queue);
    if (completed !== null) this.totals.set(queue.key, totalsOf(completed, this.queues.length));
    return queue;
  }

  /** Line without its value → value. */
  async scrape(): Promise<Map<string, number>> {
    this.clock += 10_000;
    const { body } = await this.metrics.scrape(this.clock);
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const found = new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
    expect(found.size, 'no line twice').toBe(lines.length);
    return found;
  }
}

const labels = (queue: string, more = '') => `{${more}source="main",namespace="bull",queue="${queue}",kind="bullmq"}`;

describe('what is known', () => {
  test('counts, ages, counters and histograms of a queue', async () => {
    const world = new World();
    world.add('mails', 7, {
      counts: { waiting: 3, failed: 2 },
      oldestWaitingMs: 4_500,
      oldest: {
        waiting: { ms: 4_500, isAtLeast: false },
        paused: null,
        prioritized: { ms: 3_000, isAtLeast: true },
        waitingChildren: null,
        delayedDueAt: 60_000,
      },
      readAt: 90_000,
      isPaused: true,
      stalledJobs: 1,
    });
    const found = await world.scrape();
    expect(found.get(`tailback_queue_jobs${labels('mails', 'state="waiting",')}`)).toBe(3);
    expect(found.get(`tailback_queue_backlog_jobs${labels('mails')}`)).toBe(3);
    expect(found.get(`tailback_queue_oldest_waiting_seconds${labels('mails')}`)).toBe(4.5);
    expect(found.get(`tailback_queue_oldest_seconds${labels('mails', 'state="prioritized",')}`)).toBe(3);
    expect(found.get(`tailback_queue_oldest_seconds${labels('mails', 'state="paused",')}`)).toBe(0);
    expect(found.get(`tailback_queue_delayed_overdue_seconds${labels('mails')}`)).toBe(30);
    expect(found.get(`tailback_queue_paused${labels('mails')}`)).toBe(1);
    expect(found.get(`tailback_queue_workers${labels('mails')}`)).toBe(2);
    expect(found.get(`tailback_queue_active_without_lock_jobs${labels('mails')}`)).toBe(1);
    expect(found.get(`tailback_queue_jobs_completed_total${labels('mails')}`)).toBe(7);
    expect(found.get(`tailback_queue_run_seconds_bucket${labels('mails', 'le="0.01",')}`)).toBe(0);
    expect(found.get(`tailback_queue_run_seconds_bucket${labels('mails', 'le="0.05",')}`)).toBe(7);
    expect(found.get(`tailback_queue_run_seconds_bucket${labels('mails', 'le="+Inf",')}`)).toBe(7);
    expect(found.get(`tailback_queue_run_seconds_count${labels('mails')}`)).toBe(7);
    expect(found.get(`tailback_queue_run_seconds_sum${labels('mails')}`)).toBe(0.14);
  });

  test('brokers, collector, alerts of each rule, and the process itself', async () => {
    const world = new World();
    const rule = {
      name: 'Backlog "big"',
      queues: '*',
      metric: 'backlog',
      above: 1,
      forSeconds: 0,
      severity: 'critical',
    } as const;
    const alert = { rule: rule.name, severity: 'critical', state: 'firing' } as Alert;
    world.alertsView = {
      at: 0,
      checkedAt: 0,
      checkEverySeconds: 30,
      rules: [rule],
      alerts: [alert, { ...alert, state: 'resolved' }],
      incidents: [],
      channels: [],
    };
    const found = await world.scrape();
    expect(found.get('tailback_broker_up{source="main",kind="redis"}')).toBe(1);
    expect(found.get('tailback_broker_own_cpu_ratio{source="main",kind="redis"}')).toBe(0.005);
    expect(found.get('tailback_collector_last_seen_timestamp_seconds')).toBe(5);
    expect(found.get('tailback_alerts_firing{rule="Backlog \\"big\\"",severity="critical"}')).toBe(1);
    expect(found.get('tailback_build_info{version="1.2.3"}')).toBe(1);
    expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  test('names from outside cannot break the format', async () => {
    const world = new World();
    world.add('a"} 1\nb\\', 1);
    world.add('x'.repeat(500), 1);
    world.add('x'.repeat(501), 1);
    const found = await world.scrape();
    expect(found.get(`tailback_queue_workers${labels('a\\"} 1\\nb\\\\')}`)).toBe(2);
    expect([...found.keys()].every((line) => line.length < 500)).toBe(true);
  });
});

describe('what is not known is absent', () => {
  const names = async (world: World) => [...(await world.scrape()).keys()].map((line) => line.split('{')[0]);

  test('a figure that the broker does not tell', async () => {
    const world = new World();
    world.add('mails', null, {
      counts: { paused: null },
      workers: null,
      isPaused: null,
      backlog: 1,
      oldestWaitingMs: null,
    });
    const found = await world.scrape();
    for (const line of found.keys()) {
      expect(line).not.toMatch(/state="paused"|queue_workers|queue_paused|oldest_waiting|completed_total|run_seconds/);
      expect(line).not.toMatch(/memory_max|connected_clients|without_lock/);
    }
  });

  test('queues of a broker that is down keep their counters only', async () => {
    const world = new World();
    world.add('mails', 7);
    world.brokers = [aBroker('main', { state: 'down' })];
    const found = await world.scrape();
    expect(found.get('tailback_broker_up{source="main",kind="redis"}')).toBe(0);
    expect(found.get(`tailback_queue_jobs_completed_total${labels('mails')}`)).toBe(7);
    expect([...found.keys()].join('\n')).not.toMatch(/tailback_queue_(jobs\{|backlog|workers)|memory_used/);
  });

  test('everything, while no collector lives', async () => {
    const world = new World();
    world.add('mails', 7);
    world.collector = { ...collectorLive, state: 'none' };
    expect((await world.scrape()).get('tailback_collector_up')).toBe(0);
    const left = await names(world);
    expect(left).not.toContain('tailback_broker_up');
    expect(left).not.toContain('tailback_queue_backlog_jobs');
  });
});

describe('more queues than are shown', () => {
  const other = 'tailback_queue_jobs_completed_total{source="main",namespace="",queue="_other",kind=""}';

  test('the rest is one sum, and the number of summed queues is told', async () => {
    const world = new World(2);
    for (const name of ['a', 'b', 'c', 'd']) world.add(name, 10, { counts: { waiting: 5 } });
    const found = await world.scrape();
    expect(found.get('tailback_queues_other')).toBe(2);
    expect(found.get(other)).toBe(20);
    expect(found.get('tailback_queue_jobs{state="waiting",source="main",namespace="",queue="_other",kind=""}')).toBe(
      10,
    );
    expect(found.has(`tailback_queue_backlog_jobs${labels('a')}`)).toBe(true);
    expect(found.has(`tailback_queue_backlog_jobs${labels('c')}`)).toBe(false);
  });

  test('the sum never falls: queues keep their place, and what a gone one counted stays', async () => {
    const world = new World(1);
    const [first, second] = [world.add('a', 10), world.add('b', 10)];
    world.add('c', 10);
    expect((await world.scrape()).get(other)).toBe(20);
    world.queues = world.queues.filter((queue) => queue !== second);
    expect((await world.scrape()).get(other)).toBe(20);
    world.queues = world.queues.filter((queue) => queue !== first);
    expect((await world.scrape()).get(other)).toBe(20);
    world.add('new', 3);
    const found = await world.scrape();
    expect(found.get(`tailback_queue_jobs_completed_total${labels('new')}`)).toBe(3);
    expect(found.get(other)).toBe(20);
  });
});
