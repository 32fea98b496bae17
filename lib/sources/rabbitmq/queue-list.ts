import { isRecord, Fields } from './fields';
import type { Management } from './management';

/** The most that the management API gives at once. */
const PAGE_SIZE = 500;
/** Beyond so many pages (100,000 queues) the rest is left out. */
const MAX_PAGES = 200;

/** Totals that only grow, since the broker (or the queue) started. Messages. */
export type StatTotals = { publish: number; deliver: number; ack: number; redeliver: number };

/** One queue as the management API lists it; `null`: not told. Sizes in bytes. */
export type ListedQueue = {
  vhost: string;
  name: string;
  type: string;
  state: string | null;
  node: string | null;
  durable: boolean;
  isExclusive: boolean;
  policy: string | null;
  arguments: Fields;
  /** Keys of the policies that hold for it. */
  policies: Fields;
  messages: number | null;
  ready: number | null;
  unacked: number | null;
  messageBytes: number | null;
  memory: number | null;
  consumers: number | null;
  /** 0–1. */
  utilisation: number | null;
  /** As its publisher wrote it: s or ms since the epoch. */
  headTimestamp: number | null;
  /** `null` where the broker keeps no statistics. */
  totals: StatTotals | null;
};

const STATS = ['publish', 'deliver_get', 'deliver_no_ack', 'get_no_ack', 'ack', 'redeliver'];
const COLUMNS = [
  ...['vhost', 'name', 'type', 'state', 'node', 'leader', 'durable', 'exclusive', 'policy', 'arguments'],
  ...[
    'effective_policy_definition',
    'messages',
    'messages_ready',
    'messages_unacknowledged',
    'message_bytes',
    'memory',
  ],
  // Two names of one figure, of which some versions tell one only.
  ...['consumers', 'consumer_utilisation', 'consumer_capacity', 'head_message_timestamp'],
  ...STATS.map((name) => `message_stats.${name}`),
].join(',');

/**
 * All queues of all virtual hosts that the user sees, a request for each 500. Queues that are declared or deleted
 * meanwhile may be listed twice or not at all: one missing once has not gone yet.
 * @param hasStatistics `false`: the broker counts messages for this list only, and tells nothing else
 * @throws what `Management.call` throws
 */
export async function listQueues(api: Management, hasStatistics: boolean): Promise<ListedQueue[]> {
  const found = new Map<string, ListedQueue>();
  let pages = 1;
  for (let page = 1; page <= Math.min(pages, MAX_PAGES); page += 1) {
    const answer = await api.call({
      path: 'queues',
      query: {
        page,
        page_size: PAGE_SIZE,
        columns: COLUMNS,
        ...(hasStatistics ? {} : { disable_stats: 'true', enable_queue_totals: 'true' }),
      },
    });
    const fields = Fields.of(answer);
    pages = fields.number('page_count') ?? 1;
    for (const item of fields.list('items')) {
      const queue = readQueue(item, hasStatistics);
      if (queue) found.set(JSON.stringify([queue.vhost, queue.name]), queue);
    }
  }
  return [...found.values()];
}

function readQueue(item: unknown, hasStatistics: boolean): ListedQueue | null {
  if (!isRecord(item)) return null;
  const queue = new Fields(item);
  const [vhost, name] = [queue.text('vhost'), queue.text('name')];
  if (vhost === null || name === null) return null;
  const args = queue.of('arguments');
  const stats = queue.of('message_stats');
  const total = (field: string) => stats.number(field) ?? 0;
  return {
    vhost,
    name,
    type: queue.text('type') ?? args.text('x-queue-type') ?? 'classic',
    state: queue.text('state'),
    node: queue.text('leader') ?? queue.text('node'),
    durable: queue.is('durable'),
    isExclusive: queue.is('exclusive'),
    policy: queue.text('policy'),
    arguments: args,
    policies: queue.of('effective_policy_definition'),
    messages: queue.number('messages'),
    ready: queue.number('messages_ready'),
    unacked: queue.number('messages_unacknowledged'),
    messageBytes: queue.number('message_bytes'),
    memory: queue.number('memory'),
    consumers: queue.number('consumers'),
    utilisation: queue.number('consumer_utilisation') ?? queue.number('consumer_capacity'),
    headTimestamp: queue.number('head_message_timestamp'),
    totals: hasStatistics
      ? {
          publish: total('publish'),
          deliver: total('deliver_get'),
          // What is delivered without acknowledgement is done with the delivery.
          ack: total('ack') + total('deliver_no_ack') + total('get_no_ack'),
          redeliver: total('redeliver'),
        }
      : null,
  };
}
