import { Redis } from 'ioredis';

/** Events of one job's life in either library: added, waiting, taken, completed. */
export const EVENTS_A_JOB = { bullmq: 4, bull: 3 } as const;
const TICK_MS = 20;

/** Makes the keys by which empty queues are recognised. */
export async function makeQueues(
  url: string,
  kind: 'bull' | 'bullmq',
  count: number,
  prefix = 'bull',
): Promise<string[]> {
  const redis = new Redis(url);
  const bases = Array.from({ length: count }, (_, n) => `${prefix}:load-${kind}-${n}`);
  const pipeline = redis.pipeline();
  for (const base of bases) {
    if (kind === 'bullmq') pipeline.hset(`${base}:meta`, 'version', 'bullmq:6.7.0', 'opts.maxLenEvents', '10000');
    pipeline.set(`${base}:id`, '1');
    pipeline.xadd(`${base}:events`, '*', 'event', 'drained');
    if (kind === 'bull') pipeline.del(`${base}:events`);
  }
  await pipeline.exec();
  redis.disconnect();
  return bases;
}

/** Says what the libraries' scripts say of jobs, so many events a second, as evenly as timers allow. Returns how many jobs. */
export async function sayEvents(
  url: string,
  kind: 'bull' | 'bullmq',
  bases: readonly string[],
  perSecond: number,
  seconds: number,
): Promise<number> {
  const redis = new Redis(url);
  const start = performance.now();
  let jobs = 0;
  for (;;) {
    const passed = Math.min(seconds * 1000, performance.now() - start);
    const due = Math.floor((passed * perSecond) / 1000 / EVENTS_A_JOB[kind]);
    const pipeline = redis.pipeline();
    for (; jobs < due; jobs += 1) sayLife(pipeline, kind, bases[jobs % bases.length] ?? '', String(jobs));
    await pipeline.exec();
    if (passed >= seconds * 1000) break;
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  redis.disconnect();
  return jobs;
}

type Pipeline = ReturnType<Redis['pipeline']>;

function sayLife(pipeline: Pipeline, kind: 'bull' | 'bullmq', base: string, id: string): void {
  if (kind === 'bull') {
    pipeline.publish(`${base}:waiting@token`, id);
    pipeline.publish(`${base}:active@token`, id);
    pipeline.publish(`${base}:completed`, `{"jobId":"${id}","val":"null"}`);
    return;
  }
  const say = (...fields: string[]) => pipeline.xadd(`${base}:events`, 'MAXLEN', '~', 10_000, '*', ...fields);
  say('event', 'added', 'jobId', id, 'name', 'step');
  say('event', 'waiting', 'jobId', id);
  say('event', 'active', 'jobId', id, 'prev', 'waiting');
  say('event', 'completed', 'jobId', id, 'returnvalue', 'null', 'prev', 'active');
}
