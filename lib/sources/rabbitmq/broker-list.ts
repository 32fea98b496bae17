import { UNCOUNTED, type RabbitBroker } from '../../domain/rabbit';
import type { Worker } from '../../domain/worker';
import { toQueueKey } from '../../domain/queue-key';
import { Fields } from './fields';
import type { Management } from './management';

export type Overview = {
  version: string | null;
  cluster: string | null;
  node: string | null;
  /** Why the broker keeps no statistics, in a sentence; `null` while it does. */
  whyNoStatistics: string | null;
  /** Only counts of messages are told, by a list of their own. */
  isBare: boolean;
  connections: number | null;
  consumers: number | null;
  returned: number | null;
  dropped: number | null;
};

export async function readOverview(api: Management): Promise<Overview> {
  const overview = Fields.of(
    await api.call({
      path: 'overview',
      query: {
        columns:
          'rabbitmq_version,cluster_name,node,rates_mode,disable_stats,object_totals,message_stats.return_unroutable,message_stats.drop_unroutable',
      },
    }),
  );
  const isBare = overview.is('disable_stats');
  const mode = overview.text('rates_mode');
  const stats = overview.of('message_stats');
  return {
    version: overview.text('rabbitmq_version'),
    cluster: overview.text('cluster_name'),
    node: overview.text('node'),
    isBare,
    whyNoStatistics: isBare ? UNCOUNTED.noStatistics : mode === 'none' ? UNCOUNTED.noRates : null,
    connections: overview.of('object_totals').number('connections'),
    consumers: overview.of('object_totals').number('consumers'),
    returned: stats.number('return_unroutable'),
    dropped: stats.number('drop_unroutable'),
  };
}

const NODE_COLUMNS = [
  ...['name', 'running', 'mem_used', 'mem_limit', 'mem_alarm', 'disk_free', 'disk_free_limit', 'disk_free_alarm'],
  ...['fd_used', 'fd_total', 'uptime', 'partitions'],
].join(',');

export async function readNodes(api: Management): Promise<RabbitBroker['nodes']> {
  const answer = await api.call({ path: 'nodes', query: { columns: NODE_COLUMNS } });
  return (Array.isArray(answer) ? answer : []).map((item) => {
    const node = Fields.of(item);
    return {
      name: node.text('name') ?? '?',
      isRunning: node.is('running'),
      memUsedBytes: node.number('mem_used'),
      memLimitBytes: node.number('mem_limit'),
      hasMemoryAlarm: node.is('mem_alarm'),
      diskFreeBytes: node.number('disk_free'),
      diskLimitBytes: node.number('disk_free_limit'),
      hasDiskAlarm: node.is('disk_free_alarm'),
      filesUsed: node.number('fd_used'),
      filesTotal: node.number('fd_total'),
      uptimeMs: node.number('uptime'),
      partitions: node.texts('partitions'),
    };
  });
}

/** One consumer of a queue, joined with the connection that it came by. */
export type Consumer = { vhost: string; queue: string; prefetch: number | null; worker: Worker };
export type Consumers = { list: Consumer[]; blockedConnections: number; connections: number };

/** Connections by which publishers are stopped say so in their state. */
const BLOCKED = /^block/;

/**
 * All consumers with their connections: two requests whose answers are not paged, so they are asked for seldom.
 * @param at ms since the epoch
 */
export async function readConsumers(api: Management, source: string, at: number): Promise<Consumers> {
  const [consumers, connections] = await Promise.all([
    api.call({
      path: 'consumers',
      query: {
        columns:
          'queue,consumer_tag,prefetch_count,ack_required,active,channel_details.name,channel_details.connection_name,channel_details.peer_host,channel_details.peer_port,channel_details.user',
      },
    }),
    api.call({
      path: 'connections',
      query: {
        columns:
          'name,state,connected_at,user_provided_name,client_properties.product,client_properties.version,client_properties.connection_name',
      },
    }),
  ]);
  const byName = new Map<string, Fields>();
  let blocked = 0;
  for (const item of Array.isArray(connections) ? connections : []) {
    const connection = Fields.of(item);
    const name = connection.text('name');
    if (name !== null) byName.set(name, connection);
    if (BLOCKED.test(connection.text('state') ?? '')) blocked += 1;
  }
  const list = (Array.isArray(consumers) ? consumers : []).flatMap((item) => readConsumer(item, source, byName, at));
  return { list, blockedConnections: blocked, connections: byName.size };
}

function readConsumer(item: unknown, source: string, connections: ReadonlyMap<string, Fields>, at: number): Consumer[] {
  const consumer = Fields.of(item);
  const [vhost, queue] = [consumer.of('queue').text('vhost'), consumer.of('queue').text('name')];
  if (vhost === null || queue === null) return [];
  const channel = consumer.of('channel_details');
  const connection = connections.get(channel.text('connection_name') ?? '') ?? Fields.of(null);
  const client = connection.of('client_properties');
  const tag = consumer.text('consumer_tag') ?? '';
  const host = channel.text('peer_host') ?? '';
  const prefetch = consumer.number('prefetch_count');
  const id = { source, namespace: vhost, name: queue };
  const worker: Worker = {
    id: `${channel.text('name') ?? ''} ${tag}`,
    queue: id,
    queueKey: toQueueKey(id),
    name: client.text('connection_name') ?? connection.text('user_provided_name') ?? tag,
    address: `${host}:${channel.number('peer_port') ?? ''}`,
    host,
    connectedAt: connection.number('connected_at') ?? at,
    idleMs: null,
    lastCommand: null,
    isWaiting: false,
    client: [client.text('product'), client.text('version')].filter(Boolean).join(' ') || null,
    consumer: {
      tag,
      channel: channel.text('name'),
      user: channel.text('user'),
      prefetch,
      needsAck: consumer.is('ack_required'),
      isActive: consumer.has('active') ? consumer.is('active') : true,
    },
  };
  return [{ vhost, queue, prefetch, worker }];
}
