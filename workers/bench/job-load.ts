import { Queue, Worker } from 'bullmq';

const BATCH = 2_000;
const CONCURRENCY = 20;

/** A real BullMQ queue that is never empty, worked on as fast as it goes by one worker in this process. */
export class JobLoad {
  private completed = 0;
  private isStopping = false;

  private constructor(
    private readonly queue: Queue,
    private readonly worker: Worker,
  ) {
    worker.on('completed', () => (this.completed += 1));
  }

  static async start(url: string): Promise<JobLoad> {
    const { hostname, port } = new URL(url);
    const connection = { host: hostname, port: Number(port), maxRetriesPerRequest: null };
    const queue = new Queue('load', { connection });
    const worker = new Worker('load', () => Promise.resolve(), { connection, concurrency: CONCURRENCY });
    const load = new JobLoad(queue, worker);
    void load.feed();
    await worker.waitUntilReady();
    return load;
  }

  /** Jobs completed a second, over `ms`. */
  async perSecond(ms: number): Promise<number> {
    const [before, start] = [this.completed, performance.now()];
    await new Promise((resolve) => setTimeout(resolve, ms));
    return ((this.completed - before) * 1000) / (performance.now() - start);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.worker.close(true);
    await this.queue.close();
  }

  private async feed(): Promise<void> {
    while (!this.isStopping) {
      if ((await this.queue.getWaitingCount()) < BATCH)
        await this.queue.addBulk(
          Array.from({ length: BATCH }, () => ({ name: 'step', data: { n: 1 }, opts: { removeOnComplete: true } })),
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
