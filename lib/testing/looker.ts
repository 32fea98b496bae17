import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { createLog } from '../config/log';
import { sourceConfigSchema, type RedisSourceConfig } from '../config/config';
import type { QueueKind } from '../domain/queue';
import type { Departure } from '../domain/worker';
import type { EventGap, JobEvent, QueueReading, QueueRef, SourceReading, SourceWatch } from '../sources/source';

/** Writes nothing: tests print their own findings. */
export const silentLog = createLog('silent', 'test');

/** Databases of one process of tests, and how many processes there are at the same time. */
const PER_PROCESS = 64;
const PROCESSES = 4;

/** Address of one database (0–63) of the test server. Files of tests that run at the same time have others of that number. */
export function databaseUrl(database: number): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) throw new Error('TEST_REDIS_URL is not set: run with `vitest --project redis`');
  return `${url.replace(/\/\d*$/, '')}/${databaseIndex(database)}`;
}

/** The number by which the server knows that database. */
export function databaseIndex(database: number): number {
  const runner = Number(process.env['VITEST_POOL_ID'] ?? 1) - 1;
  return database + PER_PROCESS * (runner % PROCESSES);
}

/** An emptied database and a plain connection to it. */
export async function emptyDatabase(database: number): Promise<{ url: string; redis: Redis }> {
  const url = databaseUrl(database);
  const redis = new Redis(url);
  await redis.flushdb();
  return { url, redis };
}

export function sourceOf(url: string, more: Partial<RedisSourceConfig> = {}): RedisSourceConfig {
  return { ...(sourceConfigSchema.parse({ name: 'test', url }) as RedisSourceConfig), ...more };
}

/** A name that no other file of tests uses: Bull's channels are shared by all databases. */
export function uniqueName(word = 'q'): string {
  return `${word}-${randomBytes(4).toString('hex')}`;
}

export function refOf(
  kind: QueueKind,
  { prefix, name }: { prefix: string; name: string },
  version: string | null = null,
): QueueRef {
  return { id: { source: 'test', namespace: prefix, name }, kind, version, readOnlyReason: null };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again every 20 ms until the answer is not `false`, `null` or `undefined`. */
export async function until<T>(
  ask: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  limitMs = 8_000,
): Promise<T> {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(20)) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
  }
  throw new Error(`did not come true within ${limitMs} ms`);
}

export type Figures = {
  arrived: number;
  started: number;
  completed: number;
  failed: number;
  failedAttempts: number;
  stalled: number;
  retried: number;
  delayed: number;
  removed: number;
  /** Of jobs that ended, and of attempts that are tried again. */
  runMs: number[];
  attemptRunMs: number[];
  waitMs: number[];
  /** `<event type> <job name>` → jobs; unattributed ones have no name. */
  byName: Record<string, number>;
};

/** Looks again and again at a source, as a collector does, and adds up what it says. */
export class Looker {
  readonly gaps: EventGap[] = [];
  readonly removed: string[] = [];
  left: readonly Departure[] = [];
  readonly newest = new Map<string, QueueReading>();
  private readonly figures = new Map<string, Figures>();

  constructor(readonly watch: SourceWatch) {}

  of(name: string): Figures {
    const known = this.figures.get(name);
    if (known) return known;
    const none = {
      arrived: 0,
      started: 0,
      completed: 0,
      failed: 0,
      failedAttempts: 0,
      stalled: 0,
      retried: 0,
      delayed: 0,
      removed: 0,
      runMs: [],
      attemptRunMs: [],
      waitMs: [],
      byName: {},
    };
    this.figures.set(name, none);
    return none;
  }

  /** The first look, as soon as the source is connected. */
  async start(): Promise<this> {
    await until(() =>
      this.look().then(
        () => true,
        () => false,
      ),
    );
    return this;
  }

  async look(): Promise<SourceReading> {
    const reading = await this.watch.look();
    this.gaps.push(...reading.gaps);
    this.left = reading.workers?.left ?? this.left;
    this.removed.push(...reading.removed.map(({ name }) => name));
    for (const one of reading.readings) this.newest.set(one.id.name, one);
    for (const { queue, events } of reading.events) for (const event of events) add(this.of(queue.name), event);
    return reading;
  }

  /** Looks every 100 ms until `isDone`, then once more. */
  async lookUntil(isDone: () => boolean, limitMs = 10_000): Promise<void> {
    const end = Date.now() + limitMs;
    for (; !isDone(); await sleep(100)) {
      if (Date.now() > end) throw new Error(`not seen within ${limitMs} ms: ${JSON.stringify([...this.figures])}`);
      await this.look();
    }
    await sleep(50);
    await this.look();
  }
}

function add(figures: Figures, event: JobEvent): void {
  const row = `${event.type} ${event.name ?? ''}`.trimEnd();
  figures.byName[row] = (figures.byName[row] ?? 0) + ('count' in event ? event.count : 1);
  switch (event.type) {
    case 'arrived':
      figures.arrived += event.count;
      break;
    case 'started':
      figures.started += 1;
      if (event.waitMs !== null) figures.waitMs.push(event.waitMs);
      break;
    case 'completed':
    case 'failed':
      figures[event.type] += 1;
      if (event.runMs !== null) figures.runMs.push(event.runMs);
      break;
    case 'attempt-failed':
      figures.failedAttempts += event.count;
      if (event.runMs !== null) figures.attemptRunMs.push(event.runMs);
      break;
    case 'stalled':
      figures.stalled += 1;
      break;
    default:
      figures[event.type] += event.count;
  }
}
