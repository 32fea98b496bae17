import type { Redis } from '../redis/connection';
import { hasEnded, operationSchema, type Operation } from '../domain/operation';
import { keys } from '../store/keys';
import type { NumberedEvent } from './live-mirror';

/** Ended operations are told to those who connect for this long, so that nobody misses an end by a reconnect. ms. */
const RECENT_MS = 60_000;
const MAX_KNOWN = 200;

/** Operations as their runners tell them, for everybody who listens to this process. */
export class OperationBoard {
  private readonly known = new Map<string, Operation>();
  private readonly listeners = new Set<(event: NumberedEvent) => void>();

  constructor(
    subscriber: Redis,
    private readonly load: () => Promise<Operation[]>,
  ) {
    subscriber.on('message', (channel: string, message: string) => {
      if (channel === keys.operationsChannel) this.receive(message);
    });
    const subscribe = () =>
      void subscriber
        .subscribe(keys.operationsChannel)
        .then(() => this.refresh())
        .catch(() => undefined);
    subscriber.on('ready', subscribe);
    if (subscriber.status === 'ready') subscribe();
  }

  /** Calls `listener` with what is under way, then with every change. Returns the function that ends it. */
  listen(listener: (event: NumberedEvent) => void): () => void {
    const now = Date.now();
    for (const operation of this.known.values())
      if (!hasEnded(operation) || now - operation.updatedAt < RECENT_MS) listener(eventOf(operation));
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private receive(message: string): void {
    const parsed = operationSchema.safeParse(JSON.parse(message));
    if (parsed.success) this.put(parsed.data);
  }

  private async refresh(): Promise<void> {
    for (const operation of (await this.load()).reverse()) this.put(operation);
  }

  private put(operation: Operation): void {
    const before = this.known.get(operation.id);
    if (before && before.updatedAt > operation.updatedAt) return;
    this.known.delete(operation.id);
    this.known.set(operation.id, operation);
    for (const [id, old] of this.known) {
      if (this.known.size <= MAX_KNOWN) break;
      if (hasEnded(old)) this.known.delete(id);
      else break;
    }
    for (const listener of this.listeners) listener(eventOf(operation));
  }
}

function eventOf(operation: Operation): NumberedEvent {
  return { id: null, event: 'operation', data: operation };
}
