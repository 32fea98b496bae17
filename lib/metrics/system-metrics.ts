import type { Alerts } from '../domain/alert';
import type { Broker, Brokers } from '../domain/broker';
import type { Metric, Sample } from './metric';

/** What one scrape of the surroundings is read from. */
export type SystemState = {
  brokers: Brokers;
  alerts: Alerts | null;
  summedQueues: number;
  openStreams: number;
  version: string;
};

type SystemMetric = Metric<SystemState>;

/** Brokers, collector, store, alerts, and what Tailback itself costs. */
export const SYSTEM_METRICS: readonly SystemMetric[] = [
  perBroker('tailback_broker_up', '1 while the broker answers', ({ state }) =>
    state === 'connecting' ? null : Number(state === 'up'),
  ),
  perBroker(
    'tailback_broker_memory_used_bytes',
    'Memory in use',
    ifUp(({ usedMemoryBytes }) => usedMemoryBytes),
  ),
  perBroker(
    'tailback_broker_memory_max_bytes',
    'Memory limit; left out where there is none',
    ifUp(({ maxMemoryBytes }) => maxMemoryBytes || null),
  ),
  perBroker(
    'tailback_broker_connected_clients',
    'Connected clients',
    ifUp(({ connectedClients }) => connectedClients),
  ),
  perBroker(
    'tailback_broker_read_seconds',
    'Duration of the last look at this broker',
    ifUp(({ readMs }) => (readMs === null ? null : readMs / 1000)),
  ),
  perBroker(
    'tailback_broker_queues',
    'Queues known',
    ifUp(({ queues }) => queues),
  ),
  perBroker(
    'tailback_broker_own_commands_per_second',
    'Commands a second that Tailback itself sends',
    ifUp(({ ownCost }) => ownCost.commandsPerSecond),
  ),
  perBroker(
    'tailback_broker_own_cpu_ratio',
    'Share of one core that Tailback itself costs the broker, an estimate',
    ifUp(({ ownCost }) => (ownCost.cpuPercent === null ? null : ownCost.cpuPercent / 100)),
  ),
  single('tailback_collector_up', '1 while a collector publishes', ({ brokers }) =>
    Number(brokers.collector.state === 'live'),
  ),
  single(
    'tailback_collector_last_seen_timestamp_seconds',
    'When the collector last published, by the clock of this process',
    ({ brokers }) => (brokers.collector.lastSeenAt === null ? null : brokers.collector.lastSeenAt / 1000),
  ),
  single('tailback_store_up', '1 while the store answers', ({ brokers }) => Number(brokers.store.state === 'up')),
  single('tailback_history_paused', '1 while history is not written, since the store is full', ({ brokers }) =>
    brokers.collector.state === 'none' ? null : Number((brokers.historyPaused ?? null) !== null),
  ),
  {
    name: 'tailback_alerts_firing',
    help: 'Alerts that fire now, by rule',
    type: 'gauge',
    labels: ['rule', 'severity'],
    read: ({ alerts }) => firing(alerts),
  },
  single(
    'tailback_queues_other',
    'Queues that are summed up in queue="_other", since there are more than TAILBACK_METRICS_MAX_QUEUES',
    ({ summedQueues }) => summedQueues,
  ),
  single('tailback_web_streams_open', 'Live views that this process serves', ({ openStreams }) => openStreams),
  {
    name: 'tailback_build_info',
    help: 'Version of this Tailback',
    type: 'gauge',
    labels: ['version'],
    read: ({ version }) => [{ labels: { version }, value: 1 }],
  },
];

function perBroker(name: string, help: string, valueOf: (broker: Broker) => number | null): SystemMetric {
  return {
    name,
    help,
    type: 'gauge',
    labels: ['source', 'kind'],
    *read({ brokers: { brokers, collector } }) {
      // Without a collector nobody knows how the brokers are.
      if (collector.state === 'none') return;
      for (const broker of brokers) {
        const value = valueOf(broker);
        if (value !== null) yield { labels: { source: broker.source, kind: broker.kind }, value };
      }
    },
  };
}

function ifUp(valueOf: (broker: Broker) => number | null): (broker: Broker) => number | null {
  return (broker) => (broker.state === 'up' ? valueOf(broker) : null);
}

function single(name: string, help: string, valueOf: (state: SystemState) => number | null): SystemMetric {
  return {
    name,
    help,
    type: 'gauge',
    labels: [],
    read: (state) => {
      const value = valueOf(state);
      return value === null ? [] : [{ value }];
    },
  };
}

/** One line a rule, also for those that are calm; rules of one name and severity are added up. */
function firing(alerts: Alerts | null): Iterable<Sample> {
  if (!alerts) return [];
  const samples = new Map<string, Sample>();
  const add = (rule: string, severity: string, by: number) => {
    const key = JSON.stringify([rule, severity]);
    const sample = samples.get(key) ?? { labels: { rule, severity }, value: 0 };
    sample.value += by;
    samples.set(key, sample);
  };
  for (const { name, severity } of alerts.rules) add(name, severity, 0);
  for (const { rule, severity, state } of alerts.alerts) if (state === 'firing') add(rule, severity, 1);
  return samples.values();
}
