import type { ListedQueue } from './queue-list';

/** From this version on a quorum queue without a limit of its own has one. */
const LIMIT_BY_DEFAULT = { major: 4, limit: 20 };
const MAX_NAMED = 20;

export type DeadLetter = { exchange: string; routingKey: string | null };

/** Where a queue's rejected and expired messages go: its own arguments win over policies. `null`: nowhere. */
export function deadLetterOf({ arguments: args, policies }: ListedQueue): DeadLetter | null {
  // The default exchange has no name, so an empty text says something.
  const exchange = args.has('x-dead-letter-exchange')
    ? (args.text('x-dead-letter-exchange') ?? '')
    : policies.has('dead-letter-exchange')
      ? (policies.text('dead-letter-exchange') ?? '')
      : null;
  if (exchange === null) return null;
  return { exchange, routingKey: args.text('x-dead-letter-routing-key') ?? policies.text('dead-letter-routing-key') };
}

/** Deliveries after which a quorum queue drops a message or sends it on; `null` without a limit. */
export function deliveryLimitOf(queue: ListedQueue, brokerVersion: string | null): number | null {
  if (queue.type !== 'quorum') return null;
  const given = [queue.arguments.number('x-delivery-limit'), queue.policies.number('delivery-limit')].filter(
    (limit) => limit !== null,
  );
  // The smaller one holds; a negative one means none, and gives way to another.
  const limits = given.filter((limit) => limit >= 0);
  if (given.length > 0) return limits.length > 0 ? Math.min(...limits) : null;
  return Number.parseInt(brokerVersion ?? '', 10) >= LIMIT_BY_DEFAULT.major ? LIMIT_BY_DEFAULT.limit : null;
}

/** Bindings of a dead-letter exchange to queues of its virtual host. */
export type Bindings = ReadonlyMap<string, readonly { queue: string; routingKey: string }[]>;

/** `vhost` and exchange as one key. */
export function exchangeKey(vhost: string, exchange: string): string {
  return JSON.stringify([vhost, exchange]);
}

/**
 * Which queues' dead letters come to which queue, by `exchangeKey(vhost, queue)`. An exchange other than the default one
 * is asked for its bindings; where a key is given, those of another key do not count, unless it is no exact match that decides.
 */
export function deadLettersByTarget(queues: readonly ListedQueue[], bindings: Bindings): Map<string, string[]> {
  const byTarget = new Map<string, string[]>();
  const add = (vhost: string, target: string, origin: string) => {
    const key = exchangeKey(vhost, target);
    const origins = byTarget.get(key) ?? [];
    if (origins.length < MAX_NAMED && !origins.includes(origin)) byTarget.set(key, [...origins, origin]);
  };
  for (const queue of queues) {
    const target = deadLetterOf(queue);
    if (target === null) continue;
    if (target.exchange === '') {
      if (target.routingKey !== null && target.routingKey !== queue.name)
        add(queue.vhost, target.routingKey, queue.name);
      continue;
    }
    const bound = bindings.get(exchangeKey(queue.vhost, target.exchange)) ?? [];
    const exact = bound.filter(({ routingKey }) => routingKey === target.routingKey);
    for (const { queue: name } of exact.length > 0 ? exact : bound)
      if (name !== queue.name) add(queue.vhost, name, queue.name);
  }
  return byTarget;
}
