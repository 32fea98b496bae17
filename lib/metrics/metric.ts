import type { Registry } from 'prom-client';

export type Labels = Readonly<Record<string, string>>;

/**
 * One line of the exposition. `shared` labels are the same object for all lines of one queue, so that their text is
 * made once; `labels` are those of this line alone.
 */
export type Sample = { name?: string; labels?: Labels; shared?: Labels; value: number };

export type MetricType = 'gauge' | 'counter' | 'histogram';

/** One metric of `/metrics`. `read` is called at each scrape; what is not known is left out, never 0. */
export type Metric<T> = {
  name: string;
  help: string;
  type: MetricType;
  labels: readonly string[];
  read: (now: T) => Iterable<Sample>;
};

/**
 * Puts a metric that is read, and not counted here, into a prom-client registry. `at` gives what all metrics of one
 * scrape are read from. prom-client's own classes look up a hash of the labels for each value, which at 60,000 values
 * takes longer than all the rest.
 */
export function register<T>(registry: Registry, metric: Metric<T>, at: () => T): void {
  const { name, help, type } = metric;
  const get = () => {
    const values = [];
    for (const { name: metricName, labels, shared, value } of metric.read(at()))
      values.push({
        value,
        labels: labels ?? NONE,
        ...(shared ? { sharedLabels: shared } : {}),
        ...(metricName === undefined ? {} : { metricName }),
      });
    return Promise.resolve({ name, help, type, values, aggregator: 'sum' });
  };
  registry.registerMetric({ name, get } as unknown as Parameters<Registry['registerMetric']>[0]);
}

const NONE: Labels = {};
