import { bullDriver, bullMq5Driver, bullMqDriver } from './queue-drivers';
import { pause } from './processes';
import type { DriverJob, DriverQueue, DriverWorker, QueueDriver } from './queue-driver';

/** Numbers between 0 and 1 that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const TOLD = ['arrived', 'started', 'completed', 'failed', 'failedAttempts'] as const;
export type Told = Record<(typeof TOLD)[number], number>;

type Plan = {
  /** Attempts that fail before one succeeds. */
  fails: number;
  attempts: number;
  runMs: number;
};

/** One queue in which jobs live at random; its own workers write down what happens. */
export class LivelyQueue {
  readonly name: string;
  /** What happened since `take` was last called. */
  private told = none();
  lives = 0;
  private readonly plans = new Map<string, Plan>();
  private readonly pending = new Set<string>();
  private readonly broughtBack = new Set<string>();
  private readonly queue: DriverQueue;
  private worker: DriverWorker | null = null;

  constructor(
    readonly driver: QueueDriver,
    ground: { url: string; queueName(name: string): string },
    private readonly random: () => number,
    word: string,
  ) {
    this.name = ground.queueName(`lives-${word}-${driver.package}`);
    this.queue = driver.open(ground.url, 'bull', this.name);
  }

  async start(): Promise<void> {
    this.worker = await this.queue.work((job) => this.process(job), { concurrency: 5 });
  }

  /** Begins `count` lives within about `overMs`. */
  async live(count: number, overMs: number): Promise<void> {
    for (let left = count; left > 0;) {
      const size = Math.min(left, this.pick([1, 1, 2, 5]));
      left -= size;
      if (size > 1) await this.addMany(size);
      else await this.addOne();
      await pause((overMs / count) * size * 2 * this.random());
    }
  }

  /** Whether every life has come to its end. */
  isQuiet(): boolean {
    return this.pending.size === 0;
  }

  /** Takes all of the queue away and lets three more jobs live in one of the same name. */
  async makeAnew(): Promise<void> {
    await this.queue.obliterate();
    await this.queue.resume();
    await this.live(3, 100);
  }

  take(): Told {
    const { told } = this;
    this.told = none();
    return told;
  }

  async close(): Promise<void> {
    await Promise.race([this.worker?.close(), pause(2_000)]).catch(() => undefined);
    await Promise.race([this.queue.close(), pause(2_000)]).catch(() => undefined);
  }

  private async addMany(size: number): Promise<void> {
    const jobs = Array.from({ length: size }, () => this.newJob());
    await this.queue.addMany(
      jobs.map(({ id, options }) => ({ name: this.pick(['mail', 'bill']), data: { id }, options })),
    );
    for (const { id, options } of jobs) await this.removeIfMeantSo(id, options.delay);
  }

  private async addOne(): Promise<void> {
    if (this.driver.kind === 'bullmq' && this.random() < 0.05) {
      // Parent and child live in this same queue.
      this.told.arrived += 2;
      this.lives += 2;
      await this.queue.addParent('parent', this.name);
      return;
    }
    const { id, options } = this.newJob();
    await this.queue.add(this.pick(['mail', 'bill']), { id }, options);
    await this.removeIfMeantSo(id, options.delay);
    if (this.random() < 0.04) {
      await this.queue.pause();
      await pause(100 * this.random());
      await this.queue.resume();
    }
  }

  private async removeIfMeantSo(id: string, delay: number | undefined): Promise<void> {
    if (delay !== REMOVED_BEFORE_DUE_MS) return;
    await this.queue.remove(id);
    this.pending.delete(id);
  }

  private newJob() {
    this.lives += 1;
    this.told.arrived += 1;
    const id = `${this.name}-${this.lives}`;
    const attempts = this.pick([1, 1, 1, 2, 3]);
    const fails = this.random() < 0.25 ? attempts : Math.floor(this.random() * attempts);
    this.plans.set(id, { fails, attempts, runMs: 25 * this.random() });
    this.pending.add(id);
    const delay = this.random() < 0.15 ? this.pick([100, 400, REMOVED_BEFORE_DUE_MS]) : 0;
    const options = {
      jobId: id,
      attempts,
      ...(delay > 0 ? { delay } : {}),
      ...(this.random() < 0.5 ? { backoff: { type: 'fixed' as const, delay: this.pick([50, 250]) } } : {}),
      ...(this.random() < 0.15 ? { priority: this.pick([1, 5, 9]) } : {}),
      ...(this.random() < 0.1 ? { lifo: true } : {}),
      ...(this.random() < 0.3 ? { removeOnComplete: this.pick([true, 5]) } : {}),
      ...(this.random() < 0.3 ? { removeOnFail: this.pick([true, 5]) } : {}),
    };
    return { id, options };
  }

  private async process(job: DriverJob): Promise<unknown> {
    this.told.started += 1;
    const { id } = (job.data ?? {}) as { id?: string };
    const plan = id === undefined ? undefined : this.plans.get(id);
    await pause(plan?.runMs ?? 10);
    if (id !== undefined && plan && job.attemptsMade < plan.fails && !this.broughtBack.has(id)) {
      const isLast = job.attemptsMade + 1 >= plan.attempts;
      this.told[isLast ? 'failed' : 'failedAttempts'] += 1;
      if (isLast && this.random() < 0.3) {
        this.broughtBack.add(id);
        setTimeout(() => void this.bringBack(id), 100);
      } else if (isLast) this.pending.delete(id);
      throw new Error('planned');
    }
    this.told.completed += 1;
    if (id !== undefined) this.pending.delete(id);
    return 'done';
  }

  /** One that was removed when it failed cannot be brought back. */
  private async bringBack(id: string): Promise<void> {
    try {
      const isThere = await this.queue.retry(id).then(
        () => true,
        () => false,
      );
      if (!isThere) this.pending.delete(id);
      // The library says nothing of a job that is gone: nobody waits for it any longer than this.
      else setTimeout(() => this.pending.delete(id), 1_500);
    } catch {
      this.pending.delete(id);
    }
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }
}

/** A job with this delay (ms) is removed before it is due. */
const REMOVED_BEFORE_DUE_MS = 60_000;

function none(): Told {
  return { arrived: 0, started: 0, completed: 0, failed: 0, failedAttempts: 0 };
}

export const LIVELY_DRIVERS: readonly QueueDriver[] = [bullDriver, bullMq5Driver, bullMqDriver];
