import type { Alert } from './alert';
import type { Cause, Incident } from './incident';
import { SEVERITIES, VERDICT_WORDS, verdictCodeSchema } from './verdict';
import { countWords } from './words';

/** Queues that an incident names. */
export const MAX_SHOWN_QUEUES = 50;

const rank = (alert: Alert): number => SEVERITIES.indexOf(alert.severity);

/** Members in the order in which they explain an incident: what is wrong before how much of it, the gravest first. */
export function inOrder(members: readonly Alert[]): Alert[] {
  return [...members].sort(
    (a, b) =>
      Number(b.state === 'firing') - Number(a.state === 'firing') ||
      rank(b) - rank(a) ||
      Number(b.watch === 'verdict') - Number(a.watch === 'verdict') ||
      a.since - b.since,
  );
}

/** One sentence for all members of an incident. `queueCount`: queues that were ever part of it. */
export function incidentSentence(cause: Cause, members: readonly Alert[], queueCount: number): string {
  if (cause.kind === 'source-down')
    return `The source ${cause.source} does not answer: ${countWords(queueCount, 'queue')} cannot be watched.`;
  const lead = inOrder(members)[0];
  if (!lead) return 'Nothing is known of it any more.';
  const others = queueCount - 1;
  if (cause.kind === 'broker' || lead.queue === null || others < 1) return lead.sentence;
  const many = cause.kind === 'verdict' ? verdictCodeSchema.safeParse(cause.code).data : undefined;
  const trouble = many ? VERDICT_WORDS[many].many : 'have the same trouble';
  return `${countWords(queueCount, 'queue')} of ${cause.source} ${trouble}: ${lead.sentence}`;
}

/** An incident as somebody sees it who sees only these of its members; `null` when that is none. */
export function withMembersSeen(incident: Incident, members: readonly Alert[]): Incident | null {
  const ordered = inOrder(members);
  const [lead] = ordered;
  if (!lead) return null;
  const queues = new Map(ordered.flatMap(({ queue, queueKey }) => (queue ? [[queueKey, queue] as const] : [])));
  const { cause } = incident;
  return {
    ...incident,
    severity: lead.severity,
    rules: [...new Set(ordered.map(({ rule }) => rule))],
    queues: [...queues].slice(0, MAX_SHOWN_QUEUES).map(([key, id]) => ({ key, id })),
    queueCount: queues.size,
    memberCount: members.length,
    firingCount: members.filter(({ state }) => state === 'firing').length,
    sentence: incidentSentence(cause, ordered, queues.size),
    cause: queues.has(cause.queueKey ?? '') ? cause : { ...cause, queueKey: null },
  };
}
