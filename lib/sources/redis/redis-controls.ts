import type { Redis } from '../../redis/connection';
import type { ClearingPreview, ClearingStep, LimitsBody, QueueLimits } from '../../domain/control';
import type { ClearingTask, QueueControls } from '../controls';
import type { QueueRef } from '../source';
import type { Libraries } from './libraries';
import type { Patience } from './patience';
import { clearPart, previewClearing } from './queue-clear';
import { endRateLimit, readLimits, writeLimits } from './queue-limits';

/** Parts are cut short of what a person waits for. */
const MAX_PART_MS = 1_000;

/** Actions on whole queues of one Redis. */
export class RedisControls implements QueueControls {
  constructor(
    private readonly redis: Redis,
    private readonly libraries: Libraries,
    private readonly patience: Patience,
  ) {}

  limits(queue: QueueRef): Promise<QueueLimits> {
    return this.patience.ask(() => readLimits(this.redis, queue));
  }

  async setLimits(queue: QueueRef, limits: LimitsBody): Promise<void> {
    const library = this.libraries.queue(queue);
    await this.patience.ask(() => this.redis.ping());
    await this.patience.write(() => writeLimits(library, limits));
  }

  async releaseRateLimit(queue: QueueRef): Promise<void> {
    const library = this.libraries.queue(queue);
    await this.patience.ask(() => this.redis.ping());
    await this.patience.write(() => endRateLimit(library));
  }

  previewClearing(queue: QueueRef, task: ClearingTask): Promise<ClearingPreview> {
    return this.patience.ask(() => previewClearing(this.redis, queue, task));
  }

  async clear(queue: QueueRef, task: ClearingTask, cursor: string | null, budgetMs: number): Promise<ClearingStep> {
    const library = this.libraries.queue(queue);
    const writer = this.libraries.writer(queue);
    await this.patience.ask(() => this.redis.ping());
    const clearer = { redis: this.redis, ref: queue, library, writer };
    return this.patience.write(() => clearPart(clearer, task, cursor, Math.min(budgetMs, MAX_PART_MS)));
  }
}
