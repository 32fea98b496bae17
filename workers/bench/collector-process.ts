import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';

/** Kernel ticks a second; the same on every Linux that Node runs on. */
const TICKS = 100;

/** A real collector, its CPU and its store. */
export class CollectorProcess {
  private child: ChildProcess | null = null;

  constructor(
    private readonly redisUrl: string,
    private readonly storeUrl: string,
    private readonly dataDir: string,
    /** Extra words for Node, e.g. `--cpu-prof`. */
    private readonly nodeOptions: readonly string[] = [],
  ) {}

  start(): void {
    this.child = spawn(process.execPath, [...this.nodeOptions, '--import', 'tsx', 'workers/collector.ts'], {
      env: {
        NODE_ENV: 'production',
        PATH: process.env['PATH'],
        REDIS_URL: this.redisUrl,
        TAILBACK_STORE_URL: this.storeUrl,
        TAILBACK_DATA_DIR: this.dataDir,
        TAILBACK_LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  /** Stops it in its tracks and lets it go on: what it does to others is measured by the difference. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** CPU used so far, ms, of all its threads. */
  async cpuMs(): Promise<number> {
    const text = await readFile(`/proc/${this.child?.pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
  }

  /** Waits until its store says that so many queues are watched. */
  async knows(queues: number, limitMs: number): Promise<void> {
    const store = new Redis(this.storeUrl);
    try {
      for (const end = Date.now() + limitMs; (await store.hlen('tailback:live:queues')) < queues;) {
        if (Date.now() > end) throw new Error(`the collector has not found ${queues} queues within ${limitMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    } finally {
      store.disconnect();
    }
  }

  /** Sum of a counter over all queues, as the collector stored it; by position in `TOTAL_COUNTERS`. */
  async total(counter: number): Promise<number> {
    const store = new Redis(this.storeUrl);
    const totals = Object.values(await store.hgetall('tailback:totals:main'));
    store.disconnect();
    return totals.reduce((sum, text) => sum + ((JSON.parse(text) as { counters: number[] }).counters[counter] ?? 0), 0);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
