import type { Alert } from '@/lib/domain/alert';
import type { Broker } from '@/lib/domain/broker';
import { withoutLabel } from '../alerts/alert-words';
import { QUEUE_ACTIONS, type QueueAction } from '@/lib/domain/action';
import { SEVERITIES, type JobState, type Queue, type QueueId, type Severity, type Verdict } from '@/lib/domain/queue';
import { groupBy } from './group-by';

/** One queue in *Needs attention*, with all that is wrong with it. */
export type AttentionItem = {
  id: string;
  severity: Severity;
  queueKey: string;
  queueId: QueueId;
  /** The same for queues that are in trouble for the same reason. */
  cause: string;
  /** What is wrong in the first place, then what else is. */
  sentence: string;
  also: string[];
  /** Symptoms that the first one explains. */
  under: string[];
  evidence: Verdict['evidence'];
  /** ms since the epoch */
  since: number;
  /** Names of the alert rules that fire for it. */
  rules: string[];
  isStale: boolean;
  /** What would help; `action` can be done right here, `href` is where to go. */
  advice: { label: string; action: QueueAction | null; href: string | null }[];
  /** The list of jobs that the trouble is about. */
  state: JobState | null;
  /** Jobs that wait, and those that failed in the last minute. */
  impact: number;
};

/** Queues with verdicts or firing alerts: the most severe first, then those with the most jobs at stake, then the oldest. */
export function attentionOf(queues: readonly Queue[], alerts: readonly Alert[]): AttentionItem[] {
  const firing = groupBy(
    alerts.filter(({ state }) => state === 'firing'),
    ({ queueKey }) => queueKey,
  );
  const items = queues.flatMap((queue) => {
    const ofQueue = firing.get(queue.key) ?? [];
    firing.delete(queue.key);
    return itemOf(queue.key, queue.id, queue.verdicts, ofQueue, queue) ?? [];
  });
  // An alert of a queue that is not, or no longer, in the snapshot.
  for (const [key, ofQueue] of firing) {
    const id = ofQueue[0]?.queue;
    const item = id && itemOf(key, id, [], ofQueue, null);
    if (item) items.push(item);
  }
  return items.sort(compareTrouble);
}

/** Orders of magnitude, so that lines do not change places with every job. */
export function compareTrouble(
  a: Pick<AttentionItem, 'severity' | 'impact' | 'since' | 'id'>,
  b: Pick<AttentionItem, 'severity' | 'impact' | 'since' | 'id'>,
): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    magnitude(b.impact) - magnitude(a.impact) ||
    a.since - b.since ||
    (a.id < b.id ? -1 : 1)
  );
}

function magnitude(impact: number): number {
  return Math.floor(Math.log10(impact + 1));
}

function itemOf(
  queueKey: string,
  queueId: QueueId,
  verdicts: readonly Verdict[],
  alerts: readonly Alert[],
  queue: Queue | null,
): AttentionItem | null {
  // Verdicts come with the deepest cause first: of equal ones the first stays first.
  const worstFirst = <T extends { severity: Severity }>(list: readonly T[]) =>
    [...list].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
  const [verdict, ...others] = worstFirst(verdicts);
  const byWeight = worstFirst(alerts);
  const alert = byWeight[0];
  const severity = worstFirst([...verdicts, ...alerts])[0]?.severity;
  if (severity === undefined) return null;
  const says = verdict?.sentence ?? (alert ? withoutLabel(alert.sentence, queueId) : '');
  return {
    id: queueKey,
    severity,
    queueKey,
    queueId,
    cause: verdict?.code ?? `alert ${alert?.rule ?? ''}`,
    sentence: says,
    also: others.map(({ sentence }) => sentence),
    under: (verdict?.under ?? []).map(({ sentence }) => sentence),
    evidence: verdict?.evidence ?? [],
    since: Math.min(...[...verdicts, ...alerts].map(({ since }) => since)),
    rules: byWeight.map(({ rule }) => rule),
    isStale: alerts.some(({ isStale }) => isStale),
    advice: worstFirst(verdicts).flatMap(({ actions }) =>
      actions.map(({ label, action, href }) => ({
        label,
        action: QUEUE_ACTIONS.find((known) => known === action) ?? null,
        href: href ?? null,
      })),
    ),
    state: stateOf(verdict?.code ?? alert?.metric ?? ''),
    impact: (queue?.backlog ?? 0) + (queue?.lastMinute.failed ?? 0),
  };
}

/** Which jobs a metric or a verdict's code is about, from its words. */
function stateOf(word: string): JobState | null {
  if (/fail|error/i.test(word)) return 'failed';
  if (/delay/i.test(word)) return 'delayed';
  if (/stall|active|stuck/i.test(word)) return 'active';
  return null;
}

/** What is wrong with a broker for all of its queues. */
export type BrokerTrouble = Pick<Verdict, 'severity' | 'sentence' | 'evidence' | 'actions' | 'since'> & { id: string };

/** Verdicts of brokers, the worst first. */
export function brokerTroubles(brokers: readonly Pick<Broker, 'source' | 'verdicts'>[]): BrokerTrouble[] {
  return brokers
    .flatMap(({ source, verdicts = [] }) =>
      verdicts.map(({ code, severity, sentence, evidence, actions, since }) => ({
        ...{ id: `${source} ${code}`, severity, sentence, evidence, actions, since },
      })),
    )
    .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}
