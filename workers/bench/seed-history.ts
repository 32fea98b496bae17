import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { queueIdSchema } from '../../lib/domain/queue';
import { toQueueKey } from '../../lib/domain/queue-key';
import { fillHistory } from './fill-history';

/**
 * Fills the history of one queue of a development store, to look at long ranges:
 * `npx tsx workers/bench/seed-history.ts --store redis://127.0.0.1:6379 --queue main/bull/mails --days 120`
 */
const { values } = parseArgs({
  options: {
    store: { type: 'string' },
    queue: { type: 'string' },
    days: { type: 'string', default: '60' },
    rate: { type: 'string', default: '2' },
  },
});
const [source, namespace, ...name] = (values.queue ?? '').split('/');
const queue = queueIdSchema.safeParse({ source, namespace, name: name.join('/') });
if (!values.store || !queue.success) {
  console.error('Give --store <address> and --queue <source>/<prefix>/<name>.');
  process.exit(1);
}
const store = new Redis(values.store);
await fillHistory(store, {
  source: queue.data.source,
  queueKey: toQueueKey(queue.data),
  until: Date.now() - (Date.now() % 60_000),
  days: Number(values.days),
  perSecond: Number(values.rate),
});
store.disconnect();
