import type { Broker } from '@/lib/domain/broker';
import type { ChannelState } from '@/lib/domain/notification';
import type { Severity } from '@/lib/domain/queue';
import { freshnessOf } from './freshness';
import type { LiveState } from './live-store';

/** Something that is wrong with the watching itself: what happened, what it means, what to do. */
export type Notice = {
  id: string;
  severity: Severity;
  title: string;
  meaning: string;
  advice: string;
  /** ms since the epoch, `null` when it cannot be told. */
  since: number | null;
  /** The driver's words. */
  error: string | null;
};

/** All that must stand on every screen now, worst first. */
export function noticesOf(
  state: Pick<LiveState, 'link' | 'lastEventAt' | 'brokers'> & Partial<Pick<LiveState, 'alerts'>>,
  now: number,
): Notice[] {
  const { brokers, alerts } = state;
  const fresh = freshnessOf(state, now);
  const notices: Notice[] = [];
  if (fresh.cause === 'stream' || fresh.cause === 'silence')
    notices.push({
      id: 'stream',
      severity: 'critical',
      title: fresh.cause === 'stream' ? 'No connection to Tailback' : 'Tailback has gone quiet',
      meaning: 'The figures on this screen stand still. The queues themselves may be well.',
      advice: 'This page keeps trying by itself. If it lasts, check your network and the web process.',
      since: fresh.since,
      error: null,
    });
  if (!brokers) return notices;
  if (brokers.store.state === 'down')
    notices.push({
      id: 'store',
      severity: 'critical',
      title: 'The store does not answer',
      meaning:
        'Figures stand still, no history is written or read, and actions are refused because they could not be written down.',
      advice:
        'Check that this Redis runs and answers (TAILBACK_STORE_URL, else the first source). Tailback reconnects by itself.',
      since: brokers.store.since,
      error: brokers.store.error,
    });
  if (brokers.collector.state !== 'live' && brokers.store.state === 'up')
    notices.push({
      id: 'collector',
      severity: 'critical',
      title: brokers.collector.state === 'late' ? 'The collector is late' : 'No collector is running',
      meaning: 'Nobody reads the queues: figures are old, and no alert can fire.',
      advice: 'Look at the collector process and its log; "npm start" restarts one that died.',
      since: brokers.collector.lastSeenAt,
      error: null,
    });
  const silent = (alerts?.channels ?? []).flatMap((channel) => channelNotice(channel, now));
  return [...notices, ...brokers.brokers.flatMap(brokerNotice), ...silent];
}

/** A channel must fail for so long to be worth a banner: receivers are restarted, too. */
const CHANNEL_DOWN_MS = 2 * 60_000;

function channelNotice({ key, name, failingSince, lastError, waiting }: ChannelState, now: number): Notice[] {
  if (failingSince === null || now - failingSince < CHANNEL_DOWN_MS) return [];
  return [
    {
      id: `channel:${key}`,
      severity: 'warning',
      title: `The channel “${name}” takes no notifications`,
      meaning:
        waiting === 0
          ? 'People who rely on it hear nothing.'
          : `${waiting === 1 ? '1 notification waits' : `${waiting} notifications wait`} for it; people who rely on it hear nothing.`,
      advice: 'Look at it under Alerts, Channels, where it can be tested. Tailback keeps trying.',
      since: failingSince,
      error: lastError,
    },
  ];
}

function brokerNotice({
  source,
  kind,
  address,
  state,
  since,
  error,
  evictionPolicy,
  maxMemoryBytes,
  usedMemoryBytes,
}: Broker): Notice[] {
  if (state !== 'up')
    return [
      {
        id: `broker:${source}`,
        severity: state === 'down' ? 'critical' : 'warning',
        title: state === 'down' ? `Broker “${source}” is down` : `Connecting to broker “${source}”`,
        meaning:
          kind === 'redis'
            ? `Its queues show the last known figures. Workers that use ${address} are probably standing still too.`
            : // Its management API is another door than the one that consumers use.
              'Its queues show the last known figures. Whether its consumers go on is not known from here.',
        advice:
          kind === 'redis'
            ? 'Check that Redis runs and that this machine may reach it. Tailback reconnects by itself.'
            : 'Check the broker, the address and the user as said here. Tailback tries again by itself.',
        since,
        error,
      },
    ];
  // Of RabbitMQ a verdict tells it, node by node.
  if (kind === 'redis' && usedMemoryBytes !== null && maxMemoryBytes && usedMemoryBytes > 0.9 * maxMemoryBytes)
    return [
      {
        id: `memory:${source}`,
        severity: 'warning',
        title: `Broker “${source}” is nearly full`,
        meaning: `${Math.round((100 * usedMemoryBytes) / maxMemoryBytes)} % of its memory limit is used${
          evictionPolicy && evictionPolicy !== 'noeviction'
            ? `; with “${evictionPolicy}” it will throw away jobs`
            : '; at the limit it refuses new jobs'
        }.`,
        advice: 'Drain or clean queues, keep fewer completed jobs, or raise maxmemory.',
        since: null,
        error: null,
      },
    ];
  return [];
}
