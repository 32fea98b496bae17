import { JOB_STATES, type JobState, type QueueKind } from './queue';
import { COUNTER_METRICS, type CounterMetric } from './series';

/** What a kind of queue can tell and be told. Screens leave out the rest; what a single queue lacks is `null` in its figures. */
export type Capabilities = {
  /** As people call it. */
  label: string;
  /** What lies in a queue: jobs with ids and a life, or messages without. */
  holds: 'jobs' | 'messages';
  states: readonly JobState[];
  counters: readonly CounterMetric[];
  /** Run and wait times are known, and figures by job name. */
  hasDurations: boolean;
  hasNames: boolean;
  hasFailures: boolean;
  hasSchedulers: boolean;
  canPause: boolean;
};

const LIBRARY = {
  holds: 'jobs',
  states: JOB_STATES,
  counters: COUNTER_METRICS,
  hasDurations: true,
  hasNames: true,
  hasFailures: true,
  hasSchedulers: true,
  canPause: true,
} as const;

const CAPABILITIES: Record<QueueKind, Capabilities> = {
  bull: { ...LIBRARY, label: 'Bull' },
  bullmq: { ...LIBRARY, label: 'BullMQ' },
  rabbitmq: {
    label: 'RabbitMQ',
    holds: 'messages',
    states: ['waiting', 'active'],
    // arrived = published to the queue, started = delivered, completed = acknowledged, stalled ≈ redelivered.
    counters: ['arrived', 'started', 'completed', 'stalled'],
    hasDurations: false,
    hasNames: false,
    hasFailures: false,
    hasSchedulers: false,
    canPause: false,
  },
};

export function capabilitiesOf(kind: QueueKind): Capabilities {
  return CAPABILITIES[kind];
}

/** Why figures of this kind are `null` that others have, in a sentence. */
export function whyUnknown(kind: QueueKind): string {
  return `${CAPABILITIES[kind].label} does not tell this of a queue.`;
}
