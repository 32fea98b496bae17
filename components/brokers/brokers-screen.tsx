'use client';
import type { Broker, Brokers } from '@/lib/domain/broker';
import { formatDuration } from '../format/duration';
import { formatBytes, formatCount } from '../format/number';
import { useLive } from '../live/live-provider';
import { Lasting } from '../shell/lasting';
import { Ago } from '../shell/time';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { Page, Section } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { memoryOf, policyWarning } from './broker-health';
import { RabbitRows } from './rabbit-rows';
import { Row } from './row';
import { TopologyRows } from './topology-rows';

/** Can the brokers be trusted, and what does the watching cost them? */
export function BrokersScreen() {
  const brokers = useLive((state) => state.brokers);
  if (!brokers)
    return (
      <Page title="Brokers">
        <SkeletonRows />
      </Page>
    );
  // What is known of a broker comes from the collector, through the store.
  const isCurrent = brokers.collector.state === 'live' && brokers.store.state === 'up';
  return (
    <Page
      title="Brokers"
      lead="The Redis and RabbitMQ servers that are watched, and the parts of Tailback that watch them."
    >
      <div className="grid gap-3 lg:grid-cols-2 lg:items-start">
        {brokers.brokers.map((broker) => (
          <BrokerPanel key={broker.source} broker={broker} isLastKnown={!isCurrent} />
        ))}
      </div>
      <Watchers brokers={brokers} />
    </Page>
  );
}

const STATE_TONES = {
  up: 'text-ok',
  down: 'text-crit',
  connecting: 'text-warn',
  live: 'text-ok',
  late: 'text-warn',
  none: 'text-crit',
} as const;

function State({ state, since }: { state: keyof typeof STATE_TONES; since?: number | null }) {
  return (
    <span className={cn('flex items-center gap-1.5 text-sm', STATE_TONES[state])}>
      <span
        aria-hidden
        className={cn('size-2 bg-current', state === 'down' || state === 'none' ? 'rotate-45' : 'rounded-full')}
      />
      {state}
      {since != null && <Lasting since={since} className="text-xs text-ink-3" />}
    </span>
  );
}

function BrokerPanel({ broker, isLastKnown }: { broker: Broker; isLastKnown: boolean }) {
  const { source, address, state, since, error, version, connectedClients, readMs, queues, scan, ownCost } = broker;
  const memory = memoryOf(broker);
  const warning = policyWarning(broker);
  return (
    <section className="panel overflow-hidden" aria-label={`Broker ${source}`}>
      <div className="flex flex-wrap items-center gap-x-3 border-b border-line px-3 py-2 md:px-4">
        <h2 className="text-base">{source}</h2>
        <span className="min-w-0 truncate font-mono text-xs text-ink-3">{address}</span>
        <span className="ml-auto">
          {isLastKnown ? (
            <span className="text-sm text-ink-3">last known: {state}</span>
          ) : (
            <State state={state} since={since} />
          )}
        </span>
      </div>
      {error !== null && (
        <p className="border-b border-line bg-crit-soft px-3 py-2 font-mono text-xs text-crit [overflow-wrap:anywhere] md:px-4">
          {error}
        </p>
      )}
      <dl
        className={cn(
          'grid grid-cols-[auto_1fr] gap-x-6 px-3 py-2 md:px-4',
          (isLastKnown || state !== 'up') && 'stale',
        )}
      >
        <Row name="Version">{version ?? '–'}</Row>
        <Row name="Memory">
          <span className="flex items-center gap-3">
            {formatBytes(memory.used)}
            <span className="text-ink-3">
              {memory.limit === null ? (memory.isUnlimited ? 'no limit set' : '') : `of ${formatBytes(memory.limit)}`}
            </span>
            {memory.share !== null && (
              <span className="h-1.5 w-24 overflow-hidden rounded-full bg-line">
                <span
                  className={cn(
                    'block h-full',
                    memory.share > 0.9 ? 'bg-crit' : memory.share > 0.75 ? 'bg-warn' : 'bg-accent',
                  )}
                  style={{ width: `${Math.min(100, memory.share * 100)}%` }}
                />
              </span>
            )}
          </span>
        </Row>
        {broker.kind === 'redis' && (
          <Row name="Eviction">
            <span className="flex flex-wrap items-center gap-2">
              {broker.evictionPolicy ?? '–'}
              {warning && (
                <Chip tone="warn" className="h-auto! py-0.5 whitespace-normal!">
                  {warning}
                </Chip>
              )}
            </span>
          </Row>
        )}
        <Row name={broker.kind === 'redis' ? 'Clients' : 'Connections'}>{formatCount(connectedClients)}</Row>
        <Row name="Queues">{formatCount(queues)}</Row>
        <Row name="Read time">
          {formatDuration(readMs)} <span className="text-ink-3">for the last snapshot</span>
        </Row>
        <Row name="What we cost">
          {ownCost.cpuPercent === null ? '–' : `${ownCost.cpuPercent.toFixed(2)} % of a core`}
          <span className="text-ink-3">
            {' '}
            ·{' '}
            {broker.kind === 'rabbitmq'
              ? `${ownCost.commandsPerSecond === null ? '–' : ownCost.commandsPerSecond.toFixed(1)} requests/s to its management API`
              : `${ownCost.commandsPerSecond === null ? '–' : `${formatCount(ownCost.commandsPerSecond)} commands/s`} · an estimate from its own statistics`}
          </span>
        </Row>
        {broker.kind === 'redis' && (
          <Row name="Discovery">
            <span className="flex flex-wrap items-center gap-x-3">
              {scan.progress === null
                ? 'resting'
                : `${Math.round(scan.progress * 100)} % of ${formatCount(scan.keys)} keys`}
              {scan.progress !== null && (
                <span className="h-1.5 w-24 overflow-hidden rounded-full bg-line">
                  <span className="block h-full bg-accent" style={{ width: `${scan.progress * 100}%` }} />
                </span>
              )}
              <span className="text-ink-3">
                {scan.lastCompletedAt === null ? (
                  'no full pass yet'
                ) : (
                  <>
                    last full pass <Ago at={scan.lastCompletedAt} />
                  </>
                )}
              </span>
            </span>
          </Row>
        )}
        {broker.rabbit && <RabbitRows rabbit={broker.rabbit} />}
      </dl>
      <TopologyRows {...(broker.topology ? { topology: broker.topology } : {})} />
    </section>
  );
}

function Watchers({ brokers: { store, collector } }: { brokers: Brokers }) {
  return (
    <Section title="Tailback itself">
      <dl className="divide-y divide-line">
        <div className="flex flex-wrap items-center gap-x-4 px-3 py-2 md:px-4">
          <dt className="w-24 text-ink-2">Collector</dt>
          <dd className="flex flex-1 flex-wrap items-center gap-x-4">
            {store.state === 'up' ? (
              <State state={collector.state} />
            ) : (
              <span className="text-sm text-ink-3">unknown: it speaks through the store</span>
            )}
            <span className="text-xs text-ink-3">
              {collector.holder !== null && <>held by {collector.holder} · </>}
              last sign of life <Ago at={collector.lastSeenAt} />
            </span>
          </dd>
        </div>
        <div className="flex flex-wrap items-center gap-x-4 px-3 py-2 md:px-4">
          <dt className="w-24 text-ink-2">Store</dt>
          <dd className="flex flex-1 flex-wrap items-center gap-x-4">
            <State state={store.state} since={store.since} />
            {store.error !== null && <span className="font-mono text-xs text-crit">{store.error}</span>}
          </dd>
        </div>
      </dl>
    </Section>
  );
}
