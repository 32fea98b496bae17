import type { ChannelConfig } from '../config/config';
import type { Log } from '../config/log';
import type { Alert, AlertRule, Alerts } from '../domain/alert';
import { messageOf } from '../domain/errors';
import { queueLabel } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import { DeliveryError, type Channel } from './channel';
import { compileRules, type CompiledRules } from './compile-rules';
import { EMPTY_STATE, parseState, type ChannelResult, type EngineState } from './engine-state';
import { incidentKey } from './incident';
import { judgeAll, openAlerts, type AlertEvent, type Incidents } from './judge-all';
import { afterFailure, afterSuccess, due, enqueue, type Notification, type Outbox } from './outbox';
import { openWebhook } from './webhook-channel';

export type AlertEngineOptions = {
  rules: readonly AlertRule[];
  channels: readonly ChannelConfig[];
  /** Address that people use, without a trailing slash. */
  publicUrl: string;
  /** Seconds between two rounds, for the screens: the caller keeps the pace. */
  checkEverySeconds: number;
  log: Log;
  /** ms since the epoch. */
  now?: () => number;
};

const RESOLVED_SHOWN_MS = 24 * 3_600_000;
const MAX_RESOLVED = 200;
/** Where incidents ended this often within the hour, the next must stay calm for a while to end. */
const FLAPPING_AFTER = 2;
const FLAPPING_WITHIN_MS = 3_600_000;
const FLAPPING_CALM_MS = 2 * 60_000;
/** Messages that one call of `deliver` sends to one channel at most: as many may be repeated after a crash. */
const BATCH = 50;
/** Rounds that may be missed, and some time for a takeover, before a pending rule must begin anew. */
const UNWATCHED_ROUNDS = 3;
const UNWATCHED_SLACK_MS = 5_000;
const NEVER: ChannelResult = { lastError: null, lastSentAt: null };

/**
 * Alerts of all queues: judges rules, remembers incidents, and gets the news out. It keeps everything in memory; the
 * collector that holds the lease stores `toJson()` after each round, before `deliver`, and again when `deliver` says
 * so. Then a notification is sent at least once, and always with the same id.
 */
export class AlertEngine {
  private readonly rules: CompiledRules;
  private readonly channels: readonly Channel[];
  private readonly now: () => number;
  private checkedAt: number | null = null;
  private incidents: Incidents = new Map();
  /** Newest first. */
  private resolved: Alert[] = [];
  private outbox: Outbox = [];
  private results = new Map<string, ChannelResult>();
  private shown: Alert[] = [];
  private delivery: Promise<boolean> | null = null;

  constructor(private readonly options: AlertEngineOptions) {
    this.rules = compileRules(options.rules);
    this.channels = withUniqueKeys(options.channels.map((config) => openWebhook(config)));
    this.now = options.now ?? Date.now;
  }

  /** Goes on from what the last writer stored, `null` when nothing was. What is in memory is forgotten. */
  load(stateJson: string | null): void {
    const state = this.parse(stateJson);
    const isKnown = new Set(this.channels.map(({ key }) => key));
    const orphans = state.outbox.filter(({ channel }) => !isKnown.has(channel));
    if (orphans.length > 0)
      this.options.log.warn(
        { count: orphans.length },
        'alerts: undelivered notifications dropped, their channel is no longer configured',
      );
    this.checkedAt = state.checkedAt;
    this.incidents = new Map(
      state.incidents.map((incident) => [incidentKey(incident.queueKey, incident.ruleKey), incident]),
    );
    this.resolved = state.resolved;
    this.outbox = state.outbox.filter(({ channel }) => isKnown.has(channel));
    this.results = new Map(state.channels.filter(([key]) => isKnown.has(key)));
    this.show();
  }

  /**
   * Checks all rules once. `sourcesUp` names the sources that answer: alerts of others keep their state and are
   * marked stale. `sourcesSearched` names those of them that were searched whole since the start: a queue missing
   * there is gone. Store `toJson()` afterwards.
   */
  round(
    queues: readonly Queue[],
    sourcesUp: ReadonlySet<string>,
    sourcesSearched: ReadonlySet<string> = sourcesUp,
  ): void {
    const now = this.now();
    this.forgetUnwatchedBeginnings(now);
    const ended = this.endedLately(now);
    const { incidents, events, heldBack } = judgeAll({
      rules: this.rules,
      queues,
      incidents: this.incidents,
      sourcesUp,
      sourcesSearched,
      now,
      calmForMs: (rule, queueKey) =>
        (ended.get(incidentKey(queueKey, rule)) ?? 0) >= FLAPPING_AFTER ? FLAPPING_CALM_MS : 0,
    });
    this.incidents = incidents;
    this.checkedAt = now;
    const news = events.filter(({ type }) => type === 'resolved').map(({ alert }) => alert);
    this.resolved = [...news.reverse(), ...this.resolved]
      .filter(({ resolvedAt }) => now - (resolvedAt ?? 0) < RESOLVED_SHOWN_MS)
      .slice(0, MAX_RESOLVED);
    const queued = enqueue(
      this.outbox,
      events,
      this.channels.map(({ key }) => key),
      now,
    );
    this.outbox = queued.outbox;
    for (const event of events) this.logEvent(event);
    if (heldBack > 0) this.options.log.error({ heldBack }, 'alerts: too many are open, further ones are held back');
    for (const lost of queued.dropped) this.reportLost(lost, 'too many notifications wait for this channel');
    this.show();
  }

  /**
   * A rule's `forSeconds` must be watched, not merely passed: what was pending when nobody checked for a while begins
   * anew. What fires goes on firing until it is seen to be over.
   */
  private forgetUnwatchedBeginnings(now: number): void {
    const patienceMs = UNWATCHED_ROUNDS * this.options.checkEverySeconds * 1_000 + UNWATCHED_SLACK_MS;
    if (this.checkedAt === null || now - this.checkedAt <= patienceMs) return;
    this.incidents = new Map([...this.incidents].filter(([, { phase }]) => phase !== 'pending'));
  }

  /**
   * Sends what is due, each channel in its own order, all channels at once; never throws. Takes up to the receivers'
   * time limit (10 s): do not hold up a tick for it. A call during another one joins it.
   * @returns whether the state changed and must be stored
   */
  deliver(): Promise<boolean> {
    this.delivery ??= this.deliverAll().finally(() => {
      this.delivery = null;
    });
    return this.delivery;
  }

  /** The state, to be stored and given to `load` of the next writer. */
  toJson(): string {
    const state: EngineState = {
      version: 1,
      checkedAt: this.checkedAt,
      incidents: [...this.incidents.values()],
      resolved: this.resolved,
      outbox: [...this.outbox],
      channels: [...this.results],
    };
    return JSON.stringify(state);
  }

  /** What `GET /api/v1/alerts` answers. */
  view(): Alerts {
    return {
      at: this.now(),
      checkedAt: this.checkedAt,
      checkEverySeconds: this.options.checkEverySeconds,
      rules: [...this.options.rules],
      alerts: this.shown,
      channels: this.channels.map(({ key, kind, target }) => ({ kind, target, ...(this.results.get(key) ?? NEVER) })),
    };
  }

  private async deliverAll(): Promise<boolean> {
    const changes = await Promise.all(this.channels.map((channel) => this.deliverTo(channel)));
    return changes.includes(true);
  }

  private async deliverTo(channel: Channel): Promise<boolean> {
    let sent = 0;
    for (; sent < BATCH; sent += 1) {
      const next = due(this.outbox, channel.key, this.now());
      if (!next) break;
      if (!(await this.send(channel, next))) return true;
    }
    return sent > 0;
  }

  private async send(channel: Channel, notification: Notification): Promise<boolean> {
    const { id, event, alert } = notification;
    const url = `${this.options.publicUrl}/queues/${alert.queueKey}`;
    try {
      await channel.send({ event, id, alert, sentence: alert.sentence, url });
    } catch (error) {
      const { outbox, isGivenUp } = afterFailure(
        this.outbox,
        notification,
        this.now(),
        error instanceof DeliveryError && error.isRejected,
      );
      this.outbox = outbox;
      this.noteFailure(channel, messageOf(error));
      if (isGivenUp) this.reportLost(notification, messageOf(error));
      return false;
    }
    this.outbox = afterSuccess(this.outbox, notification);
    if (this.results.get(channel.key)?.lastError)
      this.options.log.info({ channel: channel.target }, 'alerts: the channel takes notifications again');
    this.results.set(channel.key, { lastError: null, lastSentAt: this.now() });
    return true;
  }

  private noteFailure(channel: Channel, error: string): void {
    const before = this.results.get(channel.key) ?? NEVER;
    if (before.lastError !== error)
      this.options.log.warn(
        { channel: channel.target, error },
        'alerts: a notification could not be delivered, it will be tried again',
      );
    this.results.set(channel.key, { ...before, lastError: error });
  }

  private reportLost({ id, channel, event, alert }: Notification, reason: string): void {
    const known = this.channels.find(({ key }) => key === channel);
    this.options.log.error(
      { id, event, channel: known?.target ?? channel, reason },
      `alerts: gave up a notification: ${alert.sentence}`,
    );
    const before = this.results.get(channel) ?? NEVER;
    this.results.set(channel, { ...before, lastError: `gave up a notification: ${reason}` });
  }

  private logEvent({ type, alert }: AlertEvent): void {
    const { id, rule, severity, metric, value, threshold } = alert;
    const fields = {
      event: `alert.${type}`,
      id,
      rule,
      severity,
      queue: queueLabel(alert.queue),
      metric,
      value,
      threshold,
    };
    if (type === 'fired') this.options.log.warn(fields, `alert fired: ${alert.sentence}`);
    else this.options.log.info(fields, `alert resolved: ${alert.sentence}`);
  }

  /** How often each rule's incidents of each queue ended within the last hour. */
  private endedLately(now: number): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { rule, queueKey, resolvedAt } of this.resolved) {
      if (now - (resolvedAt ?? 0) > FLAPPING_WITHIN_MS) continue;
      const key = incidentKey(queueKey, rule);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  private show(): void {
    this.shown = [...openAlerts(this.incidents), ...this.resolved];
  }

  private parse(stateJson: string | null): EngineState {
    if (stateJson === null) return EMPTY_STATE;
    try {
      return parseState(stateJson);
    } catch (error) {
      this.options.log.error(
        { error: messageOf(error).slice(0, 500) },
        'alerts: the stored state cannot be read, alerts begin anew',
      );
      return EMPTY_STATE;
    }
  }
}

/** Two channels may have the same name; each keeps its own messages. */
function withUniqueKeys(channels: Channel[]): Channel[] {
  const used = new Map<string, number>();
  return channels.map((channel) => {
    const count = (used.get(channel.key) ?? 0) + 1;
    used.set(channel.key, count);
    return count === 1 ? channel : { ...channel, key: `${channel.key}#${count}` };
  });
}
