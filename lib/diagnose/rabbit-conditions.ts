import type { Queue, Verdict } from '../domain/queue';
import type { RabbitQueue } from '../domain/rabbit';
import { countWords, durationWords, numberWords } from '../domain/words';
import type { Condition, Holds, Said } from './condition';

/** States in which the broker cannot serve a queue. */
const UNAVAILABLE = ['down', 'stopped', 'crashed', 'terminated', 'minority'];
/** A consumer that is seldom ready while messages wait is what they wait for. */
const LOW = { comes: 0.3, goes: 0.5 };

/** A condition of RabbitMQ's queues: `holds` gets what only they have. */
function ofRabbit(
  condition: Omit<Condition, 'holds' | 'describe'> & {
    holds(queue: Queue, rabbit: RabbitQueue, shown: Verdict | null): Holds;
    describe(queue: Queue, rabbit: RabbitQueue): Said;
  },
): Condition {
  return {
    ...condition,
    mayRest: true,
    holds: ({ queue, held }) =>
      queue.rabbit === undefined ? 'no' : condition.holds(queue, queue.rabbit, held?.verdict ?? null),
    describe: ({ queue }) => condition.describe(queue, queue.rabbit as RabbitQueue),
  };
}

const unavailable = ofRabbit({
  code: 'queue-unavailable',
  enterMs: 0,
  leaveMs: 0,
  explainedBy: [],
  holds: (_queue, { state }) => (state === null ? 'unknown' : UNAVAILABLE.includes(state) ? 'yes' : 'no'),
  describe: (_queue, { state, node, type }) => ({
    severity: 'critical',
    sentence:
      state === 'minority'
        ? 'Most of its members are down: it takes and gives no messages.'
        : `RabbitMQ calls it ${state}: it takes and gives no messages.`,
    evidence: [
      { label: 'State', value: state ?? '–' },
      { label: 'Type', value: type },
      ...(node === null ? [] : [{ label: 'Node', value: node }]),
    ],
    actions: [{ label: 'Bring its node back, or find out why it left the cluster', href: '/brokers' }],
  }),
});

const publishersBlocked = ofRabbit({
  code: 'publishers-blocked',
  enterMs: 0,
  leaveMs: 5_000,
  explainedBy: [],
  // Of a queue into which nobody publishes nothing is held back.
  holds: ({ lastMinute, backlog }, { blocked }) => {
    if (blocked === null) return 'no';
    return (lastMinute.arrived ?? 0) > 0 || (backlog ?? 0) > 0 ? 'yes' : 'no';
  },
  describe: (queue, { blocked }) => ({
    severity: 'critical',
    sentence: `RabbitMQ has stopped all publishers: ${blocked}.`,
    evidence: [
      { label: 'Alarm', value: blocked ?? '–' },
      { label: 'Ready', value: figure(queue.counts.waiting) },
    ],
    actions: [
      {
        label: blocked?.startsWith('disk')
          ? 'Free disk space on the node, or lower its limit'
          : 'Drain the longest queues, give the node more memory, or raise its limit',
        href: '/brokers',
      },
    ],
  }),
});

const deadLetters = ofRabbit({
  code: 'dead-letters',
  enterMs: 0,
  leaveMs: 60_000,
  explainedBy: [],
  holds: ({ lastMinute, counts }, { deadLettersOf }) => {
    if (deadLettersOf.length === 0) return 'no';
    if ((counts.waiting ?? 0) === 0) return counts.waiting === null ? 'unknown' : 'no';
    if (lastMinute.arrived === null) return 'unknown';
    return lastMinute.arrived > 0 ? 'yes' : 'no';
  },
  describe: ({ lastMinute, counts, key }, { deadLettersOf }) => ({
    severity: 'warning',
    sentence: `${countWords(lastMinute.arrived ?? 0, 'message')} ended here as dead ${lastMinute.arrived === 1 ? 'letter' : 'letters'} in the last minute, ${numberWords(counts.waiting ?? 0)} lie here.`,
    evidence: [
      { label: 'Arrived in the last minute', value: figure(lastMinute.arrived), chart: 'throughput' },
      { label: 'Ready', value: figure(counts.waiting), chart: 'depth' },
      { label: 'Dead letters of', value: someNames(deadLettersOf) },
    ],
    actions: [
      { label: 'See why they were given up, and replay them to where they came from', href: `/queues/${key}/jobs` },
    ],
  }),
});

const noConsumers = ofRabbit({
  code: 'no-workers',
  enterMs: 6_000,
  leaveMs: 5_000,
  explainedBy: ['queue-unavailable'],
  holds: ({ backlog, workers }, { type, deadLettersOf }) => {
    // Dead letters wait for people, and a stream is read again and again.
    if (type === 'stream' || deadLettersOf.length > 0) return 'no';
    if (backlog === null || workers === null) return 'unknown';
    return backlog > 0 && workers === 0 ? 'yes' : 'no';
  },
  describe: (queue) => ({
    severity: 'critical',
    sentence: `${messagesWait(queue.backlog)} and nobody consumes ${queue.backlog === 1 ? 'it' : 'them'}.`,
    evidence: [...waiting(queue), { label: 'Consumers', value: '0' }],
    actions: [{ label: 'Start a consumer for this queue, or find out why the last one ended' }],
  }),
});

const prefetchLimit = ofRabbit({
  code: 'prefetch-limit',
  enterMs: 20_000,
  leaveMs: 10_000,
  explainedBy: ['no-workers'],
  holds: ({ counts, backlog }, { prefetch }) => {
    if (prefetch === null || counts.active === null || backlog === null) return 'unknown';
    return prefetch > 0 && backlog > 0 && counts.active >= prefetch ? 'yes' : 'no';
  },
  describe: (queue, { prefetch, rates }) => {
    const isStuck = rates.ack === 0;
    return {
      severity: isStuck ? 'critical' : 'warning',
      sentence: isStuck
        ? `Its consumers hold ${figure(queue.counts.active)} messages, all that they may, and acknowledge none.`
        : `Its consumers hold all the ${figure(prefetch)} messages that they may at a time, and ${numberWords(queue.backlog ?? 0)} more wait.`,
      evidence: [
        { label: 'Unacknowledged', value: figure(queue.counts.active), chart: 'active' },
        { label: 'Prefetch of all consumers', value: figure(prefetch) },
        { label: 'Consumers', value: figure(queue.workers) },
        ...waiting(queue),
      ],
      actions: [
        isStuck
          ? { label: 'Look for consumers that hang or forget to acknowledge' }
          : { label: 'Add consumers, or raise prefetch where the handler mostly waits for others' },
      ],
    };
  },
});

const redeliveryLoop = ofRabbit({
  code: 'redelivery-loop',
  enterMs: 0,
  leaveMs: 30_000,
  explainedBy: [],
  holds: ({ lastMinute, workers }, _rabbit, shown) => {
    const { stalled, completed } = lastMinute;
    // Whoever looks at messages by hand puts them back; a loop takes a consumer, which may be away while it starts again.
    if (workers === 0 && shown === null) return 'no';
    if (stalled === null || completed === null) return 'unknown';
    const isLoop = shown === null ? stalled >= 10 && stalled > completed : stalled >= 5 && stalled > completed * 0.7;
    return isLoop ? 'yes' : 'no';
  },
  describe: ({ lastMinute }, { deliveryLimit, type }) => ({
    severity: 'warning',
    sentence: `The same messages are given out again and again: ${numberWords(lastMinute.stalled ?? 0)} redeliveries in the last minute, against ${numberWords(lastMinute.completed ?? 0)} acknowledged.`,
    evidence: [
      { label: 'Redelivered in the last minute', value: figure(lastMinute.stalled), chart: 'stalled' },
      { label: 'Acknowledged in the last minute', value: figure(lastMinute.completed), chart: 'throughput' },
      { label: 'Delivery limit', value: deliveryLimit === null ? 'none' : numberWords(deliveryLimit) },
    ],
    actions: [
      {
        label:
          'Look for a handler that puts failing messages back (nack or reject with requeue), or that crashes on them',
      },
      {
        label:
          type === 'quorum'
            ? 'Set a delivery limit with a dead-letter exchange'
            : 'Count deliveries and reject without requeue after some of them, with a dead-letter exchange',
      },
    ],
  }),
});

const consumersSlow = ofRabbit({
  code: 'consumers-slow',
  enterMs: 60_000,
  leaveMs: 20_000,
  explainedBy: ['no-workers', 'prefetch-limit'],
  holds: ({ backlog, workers }, { consumerUtilisation, type }, shown) => {
    if (type === 'stream' || backlog === null || workers === null) return type === 'stream' ? 'no' : 'unknown';
    if (backlog === 0 || workers === 0) return 'no';
    if (consumerUtilisation === null) return 'unknown';
    return consumerUtilisation < (shown === null ? LOW.comes : LOW.goes) ? 'yes' : 'no';
  },
  describe: (queue, { consumerUtilisation }) => ({
    severity: 'warning',
    sentence: `Its consumers could take a message only ${percent(consumerUtilisation)} of the time, while ${messagesWait(queue.backlog).toLowerCase()}.`,
    evidence: [
      { label: 'Consumer capacity', value: percent(consumerUtilisation) },
      { label: 'Consumers', value: figure(queue.workers) },
      ...waiting(queue),
    ],
    actions: [{ label: 'Add consumers, raise prefetch, or make the handler faster' }],
  }),
});

/** In the order of `QUEUE_VERDICTS`. */
export const RABBIT_CONDITIONS: readonly Condition[] = [
  unavailable,
  publishersBlocked,
  deadLetters,
  noConsumers,
  prefetchLimit,
  redeliveryLoop,
  consumersSlow,
];

function waiting({ counts, oldestWaitingMs }: Queue): Verdict['evidence'] {
  return [
    { label: 'Ready', value: figure(counts.waiting), chart: 'depth' },
    ...(oldestWaitingMs === null
      ? []
      : [{ label: 'Oldest waits', value: `at least ${durationWords(oldestWaitingMs)}` }]),
  ];
}

function messagesWait(count: number | null): string {
  return `${countWords(count ?? 0, 'message')} ${count === 1 ? 'waits' : 'wait'}`;
}

/** A few of them, none too long for a line. */
function someNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => (name.length > 60 ? `${name.slice(0, 59)}…` : name));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}

function figure(value: number | null): string {
  return value === null ? '–' : numberWords(value);
}

function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}
