import { collectDefaultMetrics, Registry } from 'prom-client';
import { register } from './metric';
import type { MetricsSource } from './metrics-source';
import { QUEUE_METRICS } from './queue-metrics';
import { ShownQueues, type ShownQueue } from './shown-queues';
import { SYSTEM_METRICS, type SystemState } from './system-metrics';

/** Scrapes of the same second get the same text. */
const SHARED_MS = 1_000;

export type MetricsOptions = {
  source: MetricsSource;
  /** Queues with lines of their own. */
  maxQueues: number;
  version: string;
  openStreams: () => number;
};

export type Exposition = { contentType: string; body: string };

/** `/metrics` of one web process: everything that the mirror knows, and the process itself, in Prometheus' text format. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly shown: ShownQueues;
  private queues: ShownQueue[] = [];
  private last: { at: number; text: Promise<Exposition> } | null = null;

  constructor(private readonly options: MetricsOptions) {
    this.shown = new ShownQueues(options.maxQueues);
    for (const metric of QUEUE_METRICS) register(this.registry, metric, () => this.queues);
    for (const metric of SYSTEM_METRICS) register(this.registry, metric, () => this.systemState());
    collectDefaultMetrics({ register: this.registry });
  }

  scrape(now = Date.now()): Promise<Exposition> {
    if (this.last && now - this.last.at < SHARED_MS) return this.last.text;
    this.last = { at: now, text: this.render() };
    return this.last.text;
  }

  private async render(): Promise<Exposition> {
    const { source } = this.options;
    const { brokers, collector } = source.brokersView();
    const up = new Set(brokers.filter(({ state }) => state === 'up').map((broker) => broker.source));
    const isCurrent = (name: string) => collector.state !== 'none' && up.has(name);
    this.queues = source.hasState()
      ? this.shown.list(source.snapshot().queues, (key) => source.totalsOf(key), isCurrent)
      : [];
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  private systemState(): SystemState {
    const { source, version, openStreams } = this.options;
    return {
      brokers: source.brokersView(),
      alerts: source.alerts(),
      summedQueues: this.shown.summedCount,
      openStreams: openStreams(),
      version,
    };
  }
}
