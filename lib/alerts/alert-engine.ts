import type { Log } from '../config/log';
import type { Alert, AlertRule, Alerts } from '../domain/alert';
import { messageOf } from '../domain/errors';
import { queueLabel } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import type { Dispatcher } from '../channels/dispatcher';
import { compileRules, type CompiledRules } from './compile-rules';
import { EMPTY_STATE, parseState, type EngineState } from './engine-state';
import { incidentKey } from './incident';
import { judgeAll, openAlerts, type AlertEvent, type Incidents } from './judge-all';
import { toNotification } from './to-notification';

export type AlertEngineOptions = {
  rules: readonly AlertRule[];
  dispatcher: Dispatcher;
  /** Address that people use, without a trailing slash. */
  publicUrl: string;
  /** As screens and messages call this installation. */
  environment: string | null;
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
/** Rounds that may be missed, and some time for a takeover, before a pending rule must begin anew. */
const UNWATCHED_ROUNDS = 3;
const UNWATCHED_SLACK_MS = 5_000;

/**
 * Alerts of all queues: judges rules, remembers incidents, and gets the news out. It keeps everything in memory; the
 * collector that holds the lease stores `toJson()` after each round, before `deliver`, and again when `deliver` says
 * so. Then a notification is sent at least once, and always with the same id.
 */
export class AlertEngine {
  private readonly rules: CompiledRules;
  private readonly now: () => number;
  private checkedAt: number | null = null;
  private incidents: Incidents = new Map();
  /** Newest first. */
  private resolved: Alert[] = [];
  private shown: Alert[] = [];

  constructor(private readonly options: AlertEngineOptions) {
    this.rules = compileRules(options.rules);
    this.now = options.now ?? Date.now;
  }

  /** Goes on from what the last writer stored, `null` when nothing was. What is in memory is forgotten. */
  load(stateJson: string | null): void {
    const state = this.parse(stateJson);
    this.checkedAt = state.checkedAt;
    this.incidents = new Map(
      state.incidents.map((incident) => [incidentKey(incident.queueKey, incident.ruleKey), incident]),
    );
    this.resolved = state.resolved;
    this.options.dispatcher.load(state.dispatch);
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
    const { dispatcher, publicUrl, environment } = this.options;
    dispatcher.accept(
      events.map((event) => ({ notification: toNotification(event, { now, publicUrl, environment }) })),
    );
    for (const event of events) this.logEvent(event);
    if (heldBack > 0) this.options.log.error({ heldBack }, 'alerts: too many are open, further ones are held back');
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
    return this.options.dispatcher.deliver();
  }

  /** The state, to be stored and given to `load` of the next writer. */
  toJson(): string {
    const state: EngineState = {
      version: 2,
      checkedAt: this.checkedAt,
      incidents: [...this.incidents.values()],
      resolved: this.resolved,
      dispatch: this.options.dispatcher.state(),
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
      channels: this.options.dispatcher.view(),
    };
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
