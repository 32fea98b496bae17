import type { Alert } from '@/lib/domain/alert';
import { withoutLabel } from '../alerts/alert-words';
import { QUEUE_ACTIONS, type QueueAction } from '@/lib/domain/action';
import { SEVERITIES, type JobState, type Queue, type QueueId, type Severity } from '@/lib/domain/queue';

/** One line of *Needs attention*. */
export type AttentionItem = {
  id: string;
  severity: Severity;
  queueKey: string;
  queueId: QueueId;
  sentence: string;
  evidence: { label: string; value: string }[];
  /** ms since the epoch */
  since: number;
  /** Name of the alert rule, `null` for a verdict. */
  rule: string | null;
  isStale: boolean;
  /** What would help; `action` can be done right here. */
  advice: { label: string; action: QueueAction | null }[];
  /** The list of jobs that the trouble is about. */
  state: JobState | null;
};

/** Verdicts and firing alerts of all queues, worst first, then the one that lasts longest. */
export function attentionOf(queues: readonly Queue[], alerts: readonly Alert[]): AttentionItem[] {
  const items = [...alerts.filter(({ state }) => state === 'firing').map(fromAlert), ...queues.flatMap(fromQueue)];
  return items.sort(
    (a, b) =>
      SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || a.since - b.since || (a.id < b.id ? -1 : 1),
  );
}

function fromAlert({ id, severity, queueKey, queue, sentence, since, rule, isStale, metric }: Alert): AttentionItem {
  return {
    id: `alert:${id}`,
    severity,
    queueKey,
    queueId: queue,
    sentence: withoutLabel(sentence, queue),
    evidence: [],
    since,
    rule,
    isStale,
    advice: [],
    state: stateOf(metric),
  };
}

function fromQueue({ key, id, verdicts }: Queue): AttentionItem[] {
  return verdicts.map(({ code, severity, sentence, evidence, since, actions }) => ({
    id: `verdict:${key}:${code}`,
    severity,
    queueKey: key,
    queueId: id,
    sentence,
    evidence,
    since,
    rule: null,
    isStale: false,
    advice: actions.map(({ label, action }) => ({
      label,
      action: QUEUE_ACTIONS.find((known) => known === action) ?? null,
    })),
    state: stateOf(code),
  }));
}

/** Which jobs a metric or a verdict's code is about, from its words. */
function stateOf(word: string): JobState | null {
  if (/fail|error/i.test(word)) return 'failed';
  if (/delay/i.test(word)) return 'delayed';
  if (/stall|active|stuck/i.test(word)) return 'active';
  return null;
}
