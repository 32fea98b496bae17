import { deadLetterOf, exchangeKey, type Bindings } from './dead-letter';
import { Fields } from './fields';
import { ManagementRefusal, type Management } from './management';
import type { ListedQueue } from './queue-list';

const AGAIN_MS = 120_000;
/** Exchanges asked in one tick, and known at the same time. */
const AT_ONCE = 2;
const MAX_EXCHANGES = 200;

/** To which queues the exchanges for dead letters lead, a few of them looked at in each tick. */
export class BindingsWatch {
  private readonly known = new Map<string, { at: number; bound: { queue: string; routingKey: string }[] }>();

  constructor(private readonly api: Management) {}

  /** What is known after asking for what is due. `now`: ms. @throws AppError `source-down` */
  async step(queues: readonly ListedQueue[], now: number): Promise<Bindings> {
    const wanted = new Map<string, { vhost: string; exchange: string }>();
    for (const queue of queues) {
      const exchange = deadLetterOf(queue)?.exchange;
      if (exchange && wanted.size < MAX_EXCHANGES)
        wanted.set(exchangeKey(queue.vhost, exchange), { vhost: queue.vhost, exchange });
    }
    for (const key of this.known.keys()) if (!wanted.has(key)) this.known.delete(key);
    const due = [...wanted].filter(([key]) => now - (this.known.get(key)?.at ?? -Infinity) >= AGAIN_MS);
    for (const [key, { vhost, exchange }] of due.slice(0, AT_ONCE))
      this.known.set(key, { at: now, bound: await this.ask(vhost, exchange) });
    return new Map([...this.known].map(([key, { bound }]) => [key, bound]));
  }

  private async ask(vhost: string, exchange: string) {
    try {
      const path = `exchanges/${encodeURIComponent(vhost)}/${encodeURIComponent(exchange)}/bindings/source`;
      const answer = await this.api.call({ path, query: { columns: 'destination,destination_type,routing_key' } });
      return (Array.isArray(answer) ? answer : []).flatMap((item) => {
        const binding = Fields.of(item);
        const queue = binding.text('destination');
        if (queue === null || binding.text('destination_type') !== 'queue') return [];
        return [{ queue, routingKey: binding.text('routing_key') ?? '' }];
      });
    } catch (error) {
      // No such exchange, or no right to look at its virtual host.
      if (error instanceof ManagementRefusal) return [];
      throw error;
    }
  }
}
