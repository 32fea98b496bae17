import type { RabbitSourceConfig } from '../../config/config';
import type { Log } from '../../config/log';
import { whySourceIsReadOnly } from '../../config/read-only';
import { AppError, messageOf } from '../../domain/errors';
import type { QueueId } from '../../domain/queue';
import { toQueueKey } from '../../domain/queue-key';
import type { RabbitBroker } from '../../domain/rabbit';
import type { SourceWorkers } from '../../domain/worker';
import { positionText, readPosition } from '../position';
import type { BrokerFacts, EventCursors, EventGap, SourceReading, SourceWatch } from '../source';
import { AmqpProbe } from './amqp-probe';
import { BindingsWatch } from './bindings-watch';
import { readNodes, readOverview, type Overview } from './broker-list';
import { ConsumerWatch } from './consumer-watch';
import { countEvents } from './count-events';
import { deadLettersByTarget, exchangeKey } from './dead-letter';
import { Management, ManagementRefusal } from './management';
import { listQueues, type ListedQueue, type StatTotals } from './queue-list';
import { toReading } from './to-reading';
import { whoAmI, type WhoAmI } from './who-am-i';

/** The broker's statistics change this often: asking more often tells nothing new. */
const TICK_MS = 5_000;
/** A queue that was not listed for this long has gone: pages shift while queues come and go. */
const MISSED_TICKS = 2;
/** After a longer pause in looking it is not known when in it things happened. */
const LATE_MS = 20_000;
/** Who we are to the broker is asked again this often. */
const IDENTITY_MS = 300_000;

/** `messages`: all that it held at `at` (ms). */
type Watched = {
  id: QueueId;
  key: string;
  totals: StatTotals | null;
  messages: number | null;
  at: number;
  missed: number;
};

/** Watches all queues of one RabbitMQ through its management API, every 5 s. Reads only. */
export class RabbitWatch implements SourceWatch {
  readonly name: string;
  readonly kind = 'rabbitmq' as const;
  readonly address: string;
  private readonly api: Management;
  private readonly consumers: ConsumerWatch;
  private readonly bindings: BindingsWatch;
  private readonly amqp: AmqpProbe;
  private readonly queues = new Map<string, Watched>();
  private resumed: EventCursors = {};
  private tickedAt = 0;
  private error: Error | null = null;
  private facts: BrokerFacts | null = null;
  private last: { overview: Overview; at: number } | null = null;
  private identity: { at: number; who: WhoAmI } | null = null;
  private requestsSince = { count: 0, at: Date.now() };

  constructor(
    private readonly config: RabbitSourceConfig,
    _log: Log,
    private readonly tickMs = TICK_MS,
  ) {
    this.name = config.name;
    this.api = new Management(config);
    this.address = this.api.address;
    this.consumers = new ConsumerWatch(this.api, config.name);
    this.bindings = new BindingsWatch(this.api);
    this.amqp = new AmqpProbe(config);
  }

  /** To the management API, since the start. */
  get requests(): number {
    return this.api.requests;
  }

  resumeFrom(cursors: EventCursors): void {
    this.resumed = { ...this.resumed, ...cursors };
  }

  cursors(): EventCursors {
    const cursors: EventCursors = {};
    for (const { key, totals, at } of this.queues.values()) if (totals) cursors[key] = cursorOf(totals, at);
    return cursors;
  }

  rewind(queueKey: string, cursor: string): void {
    const watched = this.queues.get(queueKey);
    const stored = totalsIn(cursor);
    if (watched && stored) Object.assign(watched, stored);
  }

  /** Between two ticks it says only that the source is as it was. */
  async look(): Promise<SourceReading> {
    const now = Date.now();
    if (now - this.tickedAt >= this.tickMs || now < this.tickedAt) {
      this.tickedAt = now;
      try {
        const reading = await this.tick(now);
        this.error = null;
        return reading;
      } catch (error) {
        this.error = await this.explained(error);
      }
    }
    if (this.error) throw this.error;
    if (!this.facts) throw new AppError('source-down', `RabbitMQ "${this.name}" was not read yet.`);
    return { at: Date.now(), readings: [], removed: [], events: [], gaps: [], facts: this.facts };
  }

  /** It keeps no failed jobs: what failed lies in queues for dead letters. */
  failedJobs(): Promise<null> {
    return Promise.resolve(null);
  }

  async close(): Promise<void> {
    this.api.close();
    await this.amqp.close();
  }

  private async tick(now: number): Promise<SourceReading> {
    const start = performance.now();
    await this.identify(now);
    const [overview, nodes] = await Promise.all([readOverview(this.api), readNodes(this.api)]);
    const listed = await listQueues(this.api, !overview.isBare);
    const at = Date.now();
    const workers = await this.consumersIfTold(overview, at);
    const bindings = await this.bindings.step(listed, at);
    const origins = deadLettersByTarget(listed, bindings);
    const blocked = whyBlocked(nodes);
    const events: SourceReading['events'] = [];
    const gaps: EventGap[] = [];
    const readings = listed.map((queue) => {
      const id = { source: this.name, namespace: queue.vhost, name: queue.name };
      const deadLettersOf = origins.get(exchangeKey(queue.vhost, queue.name)) ?? [];
      const since = this.count(
        id,
        withDeadLetters(queue, deadLettersOf, this.queues.get(toQueueKey(id))),
        overview,
        at,
        { events, gaps },
      );
      return toReading(queue, {
        source: this.name,
        version: overview.version,
        readOnlyReason: whySourceIsReadOnly(this.config.readOnly),
        at,
        whyNoStatistics: overview.whyNoStatistics,
        prefetch: this.consumers.byQueue?.get(JSON.stringify([queue.vhost, queue.name])) ?? null,
        deadLettersOf,
        blocked,
        since,
      });
    });
    const removed = this.dropMissing(readings.map(({ id }) => toQueueKey(id)));
    void this.amqp.step(at);
    const readMs = performance.now() - start;
    this.facts = this.toFacts(overview, nodes, { at, readMs });
    this.last = { overview, at };
    return { at, readings, removed, events, gaps, facts: this.facts, ...(workers ? { workers } : {}) };
  }

  private async identify(now: number): Promise<void> {
    if (this.identity && now - this.identity.at < IDENTITY_MS) return;
    this.identity = { at: now, who: await whoAmI(this.api) };
  }

  private async consumersIfTold(overview: Overview, at: number): Promise<SourceWorkers | null> {
    if (!overview.isBare) return this.consumers.step(at);
    this.consumers.byQueue = null;
    const reason = overview.whyNoStatistics;
    return { source: this.name, at, reason, total: null, workers: null };
  }

  /** Tells what happened in a queue since it was last read, also by a collector before this one. */
  private count(
    id: QueueId,
    queue: ListedQueue,
    overview: Overview,
    at: number,
    { events, gaps }: { events: SourceReading['events']; gaps: EventGap[] },
  ): { delta: StatTotals; ms: number } | null {
    const key = toQueueKey(id);
    const known = this.queues.get(key);
    const stored = known ? null : totalsIn(this.resumed[key]);
    delete this.resumed[key];
    const totals = overview.whyNoStatistics === null ? queue.totals : null;
    // A queue that was not there at the tick before began at zero; one that this collector finds at its start may be old.
    const base = known ?? stored ?? (this.last ? { totals: NOTHING, at: this.last.at } : null);
    this.queues.set(key, { id, key, totals: totals ?? known?.totals ?? null, messages: queue.messages, at, missed: 0 });
    if (!totals) {
      const reason = overview.whyNoStatistics;
      if (reason !== null) gaps.push({ queue: id, from: known?.at ?? at, to: at, reason });
      return null;
    }
    if (!base?.totals) return null;
    const { events: found, hasRestarted, delta } = countEvents(base.totals, totals, base.at, at);
    if (found.length > 0) events.push({ queue: id, events: found });
    const ms = at - base.at;
    if (hasRestarted)
      gaps.push({
        queue: id,
        from: base.at,
        to: at,
        reason: 'RabbitMQ began to count anew: it restarted, or the queue was made again.',
      });
    else if (ms > LATE_MS)
      gaps.push({
        queue: id,
        from: base.at,
        to: at,
        reason: 'Nobody looked: what came in and went out is spread evenly.',
      });
    return ms > LATE_MS ? null : { delta, ms };
  }

  private dropMissing(listed: readonly string[]): QueueId[] {
    const there = new Set(listed);
    const removed: QueueId[] = [];
    for (const watched of this.queues.values()) {
      if (there.has(watched.key)) continue;
      watched.missed += 1;
      if (watched.missed < MISSED_TICKS) continue;
      this.queues.delete(watched.key);
      removed.push(watched.id);
    }
    return removed;
  }

  private toFacts(
    overview: Overview,
    nodes: RabbitBroker['nodes'],
    { at, readMs }: { at: number; readMs: number },
  ): BrokerFacts {
    const seconds = this.last ? (at - this.last.at) / 1_000 : null;
    const perSecond = (name: 'returned' | 'dropped') => {
      const [before, now] = [this.last?.overview[name] ?? null, overview[name]];
      return before === null || now === null || !seconds || now < before ? null : (now - before) / seconds;
    };
    const first = nodes.find(({ name }) => name === overview.node) ?? nodes[0];
    const sum = (values: (number | null)[]) =>
      values.some((value) => value === null) || values.length === 0
        ? null
        : values.reduce<number>((total, value) => total + (value ?? 0), 0);
    const startedAt = first?.uptimeMs == null ? null : at - first.uptimeMs;
    return {
      version: overview.version,
      // Uptime is told in ms but moves with the node's clock: to the second it stays the same between ticks.
      runId: startedAt === null ? null : String(Math.round(startedAt / 10_000)),
      startedAt,
      usedMemoryBytes: sum(nodes.map(({ memUsedBytes }) => memUsedBytes)),
      maxMemoryBytes: sum(nodes.map(({ memLimitBytes }) => memLimitBytes)),
      evictionPolicy: null,
      connectedClients: overview.connections,
      readMs,
      scan: { progress: null, lastCompletedAt: at, keys: null },
      ownCost: { commandsPerSecond: this.requestRate(at), cpuPercent: null },
      rabbit: {
        cluster: overview.cluster,
        nodes,
        returnedPerSecond: perSecond('returned'),
        droppedPerSecond: perSecond('dropped'),
        blockedConnections: this.consumers.blockedConnections,
        consumers: overview.consumers,
        user: this.identity?.who.user ?? null,
        amqp: this.amqp.state(),
        limits: [
          ...[overview.whyNoStatistics, this.consumers.reason].filter((reason) => reason !== null),
          ...(this.identity?.who.limits ?? []),
          ...(this.config.amqpUrl
            ? []
            : ['No AMQP address is configured (amqpUrl, RABBITMQ_AMQP_URL): dead letters cannot be replayed.']),
        ],
      },
    };
  }

  private requestRate(at: number): number | null {
    const { count, at: since } = this.requestsSince;
    const rate = at - since < 1_000 ? null : ((this.api.requests - count) * 1_000) / (at - since);
    if (at - since > 60_000) this.requestsSince = { count: this.api.requests, at };
    return rate;
  }

  /** A broker whose management API alone is down is told from one that is down. */
  private async explained(error: unknown): Promise<AppError> {
    const words =
      error instanceof ManagementRefusal
        ? `RabbitMQ "${this.name}" refuses to be watched: ${error.reason}. Its user needs the tag monitoring.`
        : messageOf(error);
    const answers = await this.amqp.answersNow();
    const half = answers
      ? ' AMQP answers: the broker runs and serves its clients, only its management API does not (is the plugin rabbitmq_management enabled?).'
      : '';
    return new AppError('source-down', `${words}${half}`, { cause: error });
  }
}

/**
 * The broker does not count what it dead-letters as published. Of a queue that collects dead letters, arrivals are what it
 * holds more than before, and what left it meanwhile.
 */
function withDeadLetters(
  queue: ListedQueue,
  deadLettersOf: readonly string[],
  before: Watched | undefined,
): ListedQueue {
  const { totals } = queue;
  if (deadLettersOf.length === 0 || !totals || !before?.totals) return queue;
  if (queue.messages === null || before.messages === null || totals.ack < before.totals.ack) return queue;
  const grown = queue.messages - before.messages + totals.ack - before.totals.ack;
  return {
    ...queue,
    totals: { ...totals, publish: Math.max(totals.publish, before.totals.publish + Math.max(0, grown)) },
  };
}

const NOTHING: StatTotals = { publish: 0, deliver: 0, ack: 0, redeliver: 0 };

function whyBlocked(nodes: RabbitBroker['nodes']): string | null {
  const memory = nodes.find(({ hasMemoryAlarm }) => hasMemoryAlarm);
  if (memory) return `memory alarm on ${memory.name}`;
  const disk = nodes.find(({ hasDiskAlarm }) => hasDiskAlarm);
  return disk ? `disk alarm on ${disk.name}` : null;
}

/** Positions keep the four totals in the places that a library's counts have. */
function cursorOf({ publish, deliver, ack, redeliver }: StatTotals, at: number): string {
  const baseline = { added: publish, unfinished: deliver, completed: ack, failed: redeliver, run: '' };
  return positionText({ at: String(at), baseline });
}

function totalsIn(cursor: string | undefined): { totals: StatTotals; at: number } | null {
  const position = readPosition(cursor);
  if (!position?.baseline) return null;
  const { added: publish, unfinished: deliver, completed: ack, failed: redeliver } = position.baseline;
  return { totals: { publish, deliver, ack, redeliver }, at: position.ms };
}
