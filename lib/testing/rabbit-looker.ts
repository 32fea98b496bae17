import type { RabbitSourceConfig } from '../config/config';
import { createLog } from '../config/log';
import type { JobEvent, QueueReading, SourceReading } from '../sources/source';
import { RabbitWatch } from '../sources/rabbitmq/rabbit-watch';

/** A source as the configuration has it, of a test's virtual host or user. */
export function rabbitSource(
  of: { managementUrl: string; amqpUrl?: string },
  more: Partial<RabbitSourceConfig> = {},
): RabbitSourceConfig {
  return {
    name: 'rabbit',
    kind: 'rabbitmq',
    url: of.managementUrl,
    ...(of.amqpUrl === undefined ? {} : { amqpUrl: of.amqpUrl }),
    readOnly: false,
    ...more,
  };
}

/** Looks again and again, as the collector does, and keeps what it saw of one virtual host. */
export class RabbitLooker {
  readonly readings = new Map<string, QueueReading>();
  readonly sums: Record<string, Record<string, number>> = {};
  readonly gaps: SourceReading['gaps'] = [];
  readonly removed: string[] = [];
  last: SourceReading | null = null;
  workers: SourceReading['workers'];

  constructor(
    readonly watch: RabbitWatch,
    private readonly vhost: string,
  ) {}

  static open(config: RabbitSourceConfig, vhost: string): RabbitLooker {
    return new RabbitLooker(new RabbitWatch(config, createLog('silent', 'test'), 100), vhost);
  }

  async look(): Promise<void> {
    const reading = await this.watch.look();
    this.last = reading;
    this.workers = reading.workers ?? this.workers;
    for (const one of reading.readings) if (one.id.namespace === this.vhost) this.readings.set(one.id.name, one);
    for (const { queue, events } of reading.events)
      if (queue.namespace === this.vhost) for (const event of events) this.add(queue.name, event);
    this.gaps.push(...reading.gaps.filter(({ queue }) => queue?.namespace === this.vhost));
    for (const { namespace, name } of reading.removed) if (namespace === this.vhost) this.removed.push(name);
  }

  /** Looks until `isTrue`. @throws Error with the last reading after `limitMs` */
  async until(isTrue: (looker: RabbitLooker) => boolean, limitMs = 15_000): Promise<void> {
    for (const end = Date.now() + limitMs; Date.now() < end;) {
      await this.look();
      if (isTrue(this)) return;
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    throw new Error(
      `not seen in ${limitMs} ms: ${JSON.stringify([...this.readings.values()])} ${JSON.stringify(this.sums)}`,
    );
  }

  private add(queue: string, event: JobEvent): void {
    const sums = (this.sums[queue] ??= {});
    sums[event.type] = (sums[event.type] ?? 0) + (event.count ?? 1);
  }
}
