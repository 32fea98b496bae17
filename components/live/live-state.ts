import type { Alerts } from '@/lib/domain/alert';
import type { Brokers } from '@/lib/domain/broker';
import type { LiveEvent } from '@/lib/domain/live';
import { hasEnded, type Operation } from '@/lib/domain/operation';
import { queueLabel } from '@/lib/domain/queue-key';
import type { Queue } from '@/lib/domain/queue';

/** What the stream has told so far. `at` is the broker's clock, ms since the epoch; `null`: no snapshot yet. */
export type LiveData = {
  at: number | null;
  /** In the order of their labels. */
  queues: readonly Queue[];
  byKey: ReadonlyMap<string, Queue>;
  alerts: Alerts | null;
  brokers: Brokers | null;
  /** Those under way, and those that have ended since this page listens. */
  operations: ReadonlyMap<string, Operation>;
};

export const NO_DATA: LiveData = {
  at: null,
  queues: [],
  byKey: new Map(),
  alerts: null,
  brokers: null,
  operations: new Map(),
};

const MAX_OPERATIONS = 200;

/** The data after one event. Untouched parts keep their identity, so that what shows them need not render again. */
export function applyEvent(data: LiveData, { event, data: payload }: LiveEvent): LiveData {
  switch (event) {
    case 'snapshot':
      return withQueues(data, new Map(payload.queues.map((queue) => [queue.key, queue])), payload.at);
    case 'changes': {
      if (payload.queues.length === 0) return { ...data, at: payload.at };
      const byKey = new Map(data.byKey);
      for (const queue of payload.queues) byKey.set(queue.key, queue);
      return byKey.size === data.byKey.size ? inPlace(data, byKey, payload.at) : withQueues(data, byKey, payload.at);
    }
    case 'removed': {
      const byKey = new Map(data.byKey);
      for (const key of payload.keys) byKey.delete(key);
      return withQueues(data, byKey, payload.at);
    }
    case 'alerts':
      return { ...data, alerts: payload };
    case 'brokers':
      return { ...data, brokers: payload };
    case 'operation':
      return withOperation(data, payload);
    case 'bye':
      return data;
  }
}

function withOperation(data: LiveData, operation: Operation): LiveData {
  const before = data.operations.get(operation.id);
  if (before && before.updatedAt > operation.updatedAt) return data;
  const operations = new Map(data.operations).set(operation.id, operation);
  for (const [id, one] of operations) {
    if (operations.size <= MAX_OPERATIONS) break;
    if (hasEnded(one)) operations.delete(id);
  }
  return { ...data, operations };
}

function inPlace(data: LiveData, byKey: ReadonlyMap<string, Queue>, at: number): LiveData {
  return { ...data, at, byKey, queues: data.queues.map((queue) => byKey.get(queue.key) ?? queue) };
}

const collator = new Intl.Collator('en', { numeric: true });

function withQueues(data: LiveData, byKey: ReadonlyMap<string, Queue>, at: number): LiveData {
  const labelled = [...byKey.values()].map((queue) => ({ queue, label: queueLabel(queue.id) }));
  labelled.sort((a, b) => collator.compare(a.label, b.label));
  return { ...data, at, byKey, queues: labelled.map(({ queue }) => queue) };
}
