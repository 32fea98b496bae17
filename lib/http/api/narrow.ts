import { canSee, seesEverything, type Access } from '../../domain/access';
import type { Alert, Alerts } from '../../domain/alert';
import type { AlertRule } from '../../domain/alert-rule';
import { withMembersSeen } from '../../domain/incident-words';
import type { LiveEvent } from '../../domain/live';
import { compilePattern } from '../../domain/pattern';
import type { Mark } from '../../domain/mark';
import { fromQueueKey } from '../../domain/queue-key';
import type { Queue } from '../../domain/queue';
import type { SourceWorkers } from '../../domain/worker';
import { visibleMarks } from '../../marks/wanted-marks';
import { parseRules } from '../../redact/redact-paths';
import { redactedDesk } from '../../redact/redacted-desk';
import type { SourceDesk } from '../../sources/source';
import type { LiveView } from './context';

/** The desks of all sources, without what the role does not see of jobs. */
export function narrowDesks(
  desks: ReadonlyMap<string, SourceDesk>,
  { redact }: Access,
): ReadonlyMap<string, SourceDesk> {
  if (redact.length === 0) return desks;
  const rules = parseRules(redact);
  return new Map([...desks].map(([name, desk]) => [name, redactedDesk(desk, rules)]));
}

/** What the role sees of the newest state: hidden queues are not there at all. */
export function narrowView(view: LiveView, access: Access): LiveView {
  if (seesEverything(access)) return view;
  const sees = (queue: Queue) => canSee(access, queue.id);
  return {
    hasState: () => view.hasState(),
    whyNotReady: () => view.whyNotReady(),
    brokersView: () => view.brokersView(),
    snapshot: () => {
      const { at, queues } = view.snapshot();
      return { at, queues: queues.filter(sees) };
    },
    queue: (key) => {
      const queue = view.queue(key);
      return queue && sees(queue) ? queue : null;
    },
    workers: () => view.workers()?.map((source) => narrowWorkers(source, access)) ?? null,
    totalsOf: (key) => (isVisibleKey(key, access) ? view.totalsOf(key) : null),
    alerts: () => {
      const alerts = view.alerts();
      return alerts && narrowAlerts(alerts, access);
    },
  };
}

/** An event of the live stream as the role may see it; `null`: not at all. */
export function narrowEvent<E extends LiveEvent>(event: E, access: Access): E | null {
  switch (event.event) {
    case 'snapshot':
    case 'changes':
      return { ...event, data: { ...event.data, queues: event.data.queues.filter(({ id }) => canSee(access, id)) } };
    case 'removed':
      return { ...event, data: { ...event.data, keys: event.data.keys.filter((key) => isVisibleKey(key, access)) } };
    case 'alerts':
      return { ...event, data: narrowAlerts(event.data, access) };
    case 'operation':
      return canSee(access, event.data.queue) ? event : null;
    case 'brokers':
    case 'bye':
      return event;
  }
}

/** What is about a whole source is seen by all who see any queue of it, as its state is. */
export function canSeeAlert(access: Access, { queue }: Pick<Alert, 'queue'>): boolean {
  return queue === null || canSee(access, queue);
}

/** Whether each pattern meets one of these queues, which the caller sees: one that meets none may name a hidden one. */
export function isPatternOfSeen(patterns: string | readonly string[], queues: readonly Queue[]): boolean {
  return [patterns].flat().every((pattern) => {
    const meets = compilePattern(pattern);
    return pattern === '*' || queues.some(({ id }) => meets(id));
  });
}

/** A rule without the names that it may hold of queues which the caller does not see. */
export function narrowRule({ except: _except, ...rule }: AlertRule): AlertRule {
  return rule;
}

/** The marks that the role may see, of the queues that it sees: `known`. */
export function narrowMarks(access: Access, known: readonly Queue[]): (mark: Mark) => boolean {
  return seesEverything(access) ? () => true : visibleMarks((queue) => canSee(access, queue), known);
}

function narrowAlerts(alerts: Alerts, access: Access): Alerts {
  const visible = alerts.alerts.filter((alert) => canSeeAlert(access, alert));
  const members = new Map<string | null, Alert[]>();
  for (const alert of visible) members.set(alert.incidentId, [...(members.get(alert.incidentId) ?? []), alert]);
  return {
    ...alerts,
    // Patterns may name hidden queues: only those that say nothing, or whose alerts are seen.
    rules: alerts.rules
      .filter(({ name, queues }) => queues === '*' || visible.some(({ rule }) => rule === name))
      .map(narrowRule),
    alerts: visible,
    incidents: alerts.incidents.flatMap((incident) => {
      const open = (members.get(incident.id) ?? []).filter(
        ({ state }) => incident.state === 'resolved' || state === 'firing',
      );
      return withMembersSeen(incident, open) ?? [];
    }),
  };
}

function narrowWorkers(source: SourceWorkers, access: Access): SourceWorkers {
  if (source.workers === null) return { ...source, total: null };
  const workers = source.workers.filter(({ queue }) => canSee(access, queue));
  // A total of all would tell of connections to hidden queues.
  return { ...source, workers, total: workers.length };
}

export function isVisibleKey(key: string, access: Access): boolean {
  const id = fromQueueKey(key);
  return id !== null && canSee(access, id);
}
