import type { Dispatcher } from '../channels/dispatcher';
import type { Log } from '../config/log';
import type { Alert, Alerts } from '../domain/alert';
import type { AlertRule } from '../domain/alert-rule';
import type { Broker } from '../domain/broker';
import { messageOf } from '../domain/errors';
import { NO_CARE, type Care, type Incident } from '../domain/incident';
import type { Queue } from '../domain/queue';
import type { Silence } from '../domain/silence';
import { caseKey, toAlert } from './alert-case';
import { compileRules, type CompiledRules } from './compile-rules';
import { Deadlines } from './deadlines';
import { EMPTY_STATE, parseState, type EngineState } from './engine-state';
import { membersByIncident, rankOf, regroup } from './group';
import type { PastIncident } from './history-store';
import type { IncidentRecord } from './incident-record';
import { judgeAll, openAlerts, type CaseEvent, type Cases } from './judge-all';
import { compileSilences } from './silences';
import { tellAll } from './tell';
import { toIncident } from './to-incident';
import { toNotification } from './to-notification';

export type AlertEngineOptions = {
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

/** What people have set: the rules that hold, silences, and what was said of incidents. */
export type AlertSettings = {
  rules: readonly AlertRule[];
  silences: readonly Silence[];
  care: ReadonlyMap<string, Care>;
};

/** What is looked at in a round. */
export type Sight = {
  queues: readonly Queue[];
  brokers?: readonly Broker[];
  /** Names of the sources that answer: alerts of others keep their state and are marked stale. */
  sourcesUp: ReadonlySet<string>;
  /** Those of them that were searched whole since the start: a queue missing there is gone. Default: all. */
  sourcesSearched?: ReadonlySet<string>;
};

const RESOLVED_SHOWN_MS = 24 * 3_600_000;
const MAX_RESOLVED = 200;
const MAX_ENDED = 100;
/** Open incidents that are shown, the gravest. */
const MAX_SHOWN = 500;
/** Where cases ended this often within the hour, the next must stay calm for a while to end. */
const FLAPPING_AFTER = 2;
const FLAPPING_WITHIN_MS = 3_600_000;
const FLAPPING_CALM_MS = 2 * 60_000;
/** Rounds that may be missed, and some time for a takeover, before a pending rule must begin anew. */
const UNWATCHED_ROUNDS = 3;
const UNWATCHED_SLACK_MS = 5_000;

/**
 * Alerts of all queues: judges rules, makes incidents of what they find, decides what is told, and hands it to the
 * channels. It keeps everything in memory; the collector that holds the lease stores `toJson()` after each round,
 * before `deliver`, and again when `deliver` says so. Then a notification is sent at least once, and always with the
 * same id.
 */
export class AlertEngine {
  private settings: AlertSettings = { rules: [], silences: [], care: new Map() };
  private rules: CompiledRules = compileRules([]);
  private readonly deadlines = new Deadlines();
  private readonly now: () => number;
  private checkedAt: number | null = null;
  private cases: Cases = new Map();
  private incidents: readonly IncidentRecord[] = [];
  /** Newest first. */
  private resolved: Alert[] = [];
  private ended: Incident[] = [];
  /** Ended, and not yet in the history. */
  private unsaved: PastIncident[] = [];
  private shown: Pick<Alerts, 'alerts' | 'incidents'> = { alerts: [], incidents: [] };

  constructor(private readonly options: AlertEngineOptions) {
    this.now = options.now ?? Date.now;
  }

  /** From now on this holds. Rules that were there before keep what they know. */
  configure(settings: AlertSettings): void {
    if (settings.rules !== this.settings.rules) this.rules = compileRules(settings.rules);
    this.settings = settings;
    this.show();
  }

  /** Goes on from what the last writer stored, `null` when nothing was. What is in memory is forgotten. */
  load(stateJson: string | null): void {
    const state = this.parse(stateJson);
    this.checkedAt = state.checkedAt;
    this.cases = new Map(state.cases.map((one) => [caseKey(one.queueKey, one.ruleKey), one]));
    this.incidents = state.incidents;
    this.resolved = state.resolved;
    this.ended = state.ended;
    this.unsaved = [];
    this.options.dispatcher.load(state.dispatch);
    this.show();
  }

  /** Checks all rules once. Store `toJson()` and `past()` afterwards. */
  round({ queues, brokers = [], sourcesUp, sourcesSearched = sourcesUp }: Sight): void {
    const now = this.now();
    const patienceMs = UNWATCHED_ROUNDS * this.options.checkEverySeconds * 1_000 + UNWATCHED_SLACK_MS;
    this.forgetUnwatchedBeginnings(now, patienceMs);
    const endedLately = this.endedLately(now);
    const { cases, events, heldBack } = judgeAll({
      rules: this.rules,
      queues,
      brokers,
      cases: this.cases,
      sourcesUp,
      sourcesSearched,
      now,
      patienceMs,
      deadlines: this.deadlines,
      calmForMs: (rule, queueKey) =>
        (endedLately.get(caseKey(queueKey, rule)) ?? 0) >= FLAPPING_AFTER ? FLAPPING_CALM_MS : 0,
    });
    const byKey = events.length > 0 ? new Map(queues.map((queue) => [queue.key, queue])) : new Map<string, Queue>();
    const queueOf = (key: string) => byKey.get(key) ?? null;
    this.incidents = regroup({ incidents: this.incidents, cases, events, queueOf, sourcesUp, now });
    this.cases = cases;
    this.checkedAt = now;
    this.remember(events, now);
    for (const event of events) this.logEvent(event);
    if (heldBack > 0) this.options.log.error({ heldBack }, 'alerts: too many are open, further ones are held back');
    this.tell(now);
  }

  /** What has ended since `keep` was last called: to be stored in the same step as `toJson()`. */
  past(): readonly PastIncident[] {
    return this.unsaved;
  }

  /** `count` of `past()` are stored. */
  keep(count: number): void {
    this.unsaved = this.unsaved.slice(count);
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
      version: 3,
      checkedAt: this.checkedAt,
      cases: [...this.cases.values()],
      incidents: [...this.incidents],
      resolved: this.resolved,
      ended: this.ended,
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
      rules: this.settings.rules.filter(({ enabled }) => enabled !== false),
      ...this.shown,
      channels: this.options.dispatcher.view(),
    };
  }

  /** Decides what people are told of, and hands it to the channels. */
  private tell(now: number): void {
    const { publicUrl, environment, dispatcher } = this.options;
    const members = membersByIncident(this.cases.values());
    const { incidents, tellings } = tellAll({
      incidents: this.incidents,
      members,
      ruleOf: (key) => this.rules.byKey.get(key) ?? null,
      silenceOf: compileSilences(this.settings.silences, now),
      careOf: (id) => this.careOf(id),
      now,
    });
    dispatcher.accept(
      tellings.map((telling) => ({
        notification: toNotification(telling, {
          now,
          publicUrl,
          environment,
          care: this.careOf(telling.record.id),
          ruleOf: (key) => this.rules.byKey.get(key) ?? null,
        }),
        ...(telling.to ? { to: telling.to } : {}),
      })),
    );
    this.incidents = incidents.filter(({ resolvedAt }) => resolvedAt === null);
    for (const record of incidents.filter(({ resolvedAt }) => resolvedAt !== null)) {
      const incident = toIncident(record, record.past, this.careOf(record.id));
      this.unsaved = [...this.unsaved, { incident, members: record.past, events: record.events }];
      this.ended = [incident, ...this.ended];
    }
    this.ended = this.ended.filter(({ resolvedAt }) => now - (resolvedAt ?? 0) < RESOLVED_SHOWN_MS).slice(0, MAX_ENDED);
    this.show();
  }

  /**
   * A rule's `forSeconds` must be watched, not merely passed: what was pending when nobody checked for a while begins
   * anew. What fires goes on firing until it is seen to be over.
   */
  private forgetUnwatchedBeginnings(now: number, patienceMs: number): void {
    if (this.checkedAt === null || now - this.checkedAt <= patienceMs) return;
    this.cases = new Map([...this.cases].filter(([, { phase }]) => phase !== 'pending'));
  }

  private remember(events: readonly CaseEvent[], now: number): void {
    const news = events.filter(({ type }) => type === 'resolved').map((event) => toAlert(event.case, event.reason));
    this.resolved = [...news.reverse(), ...this.resolved]
      .filter(({ resolvedAt }) => now - (resolvedAt ?? 0) < RESOLVED_SHOWN_MS)
      .slice(0, MAX_RESOLVED);
  }

  private careOf(incidentId: string): Care {
    return this.settings.care.get(incidentId) ?? NO_CARE;
  }

  private logEvent({ type, case: one, reason }: CaseEvent): void {
    const { id, rule, severity, source, queue, metric, value, threshold, sentence } = toAlert(one, reason);
    const where = queue ? `${source}/${queue.namespace}/${queue.name}` : source;
    const fields = { event: `alert.${type}`, id, rule, severity, queue: where, metric, value, threshold };
    if (type === 'fired') this.options.log.warn(fields, `alert fired: ${sentence}`);
    else this.options.log.info(fields, `alert resolved: ${sentence}`);
  }

  /** How often each rule's cases of each queue ended within the last hour. */
  private endedLately(now: number): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { rule, queueKey, resolvedAt } of this.resolved) {
      if (Math.abs(now - (resolvedAt ?? 0)) > FLAPPING_WITHIN_MS) continue;
      const key = caseKey(queueKey, rule);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }

  private show(): void {
    const open = openAlerts(this.cases);
    const byIncident = new Map<string, Alert[]>();
    for (const alert of open) {
      if (alert.incidentId === null || alert.state !== 'firing') continue;
      const members = byIncident.get(alert.incidentId);
      if (members) members.push(alert);
      else byIncident.set(alert.incidentId, [alert]);
    }
    const incidents = this.incidents.map((record) =>
      toIncident(record, byIncident.get(record.id) ?? [], this.careOf(record.id)),
    );
    incidents.sort((a, b) => rankOf(b.severity) - rankOf(a.severity) || a.startedAt - b.startedAt);
    const ended = this.ended.map((incident) => ({ ...incident, acknowledged: this.careOf(incident.id).acknowledged }));
    this.shown = { alerts: [...open, ...this.resolved], incidents: [...incidents.slice(0, MAX_SHOWN), ...ended] };
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
