import Bull from 'bull';
import { Job as BullMqJob, Queue as BullMqQueue } from 'bullmq';
import { Job as BullMq5Job, Queue as BullMq5Queue } from 'bullmq5';
import { connectionOf } from '../../lib/testing/queue-drivers';
import type { QueueDriver } from '../../lib/testing/queue-driver';

const A_SCRIPT = 1_000;
const IN_FLIGHT = 250;

/** The library's `retryJobs`, 1,000 jobs a script. */
export async function retryAllByLibrary(url: string, driver: QueueDriver, name: string): Promise<void> {
  const connection = connectionOf(url);
  const queue =
    driver.package === 'bull'
      ? new Bull(name, { redis: connection })
      : driver.package === 'bullmq'
        ? new BullMqQueue(name, { connection })
        : new BullMq5Queue(name, { connection });
  // Bull's takes the count too; its types do not say so.
  await (queue as BullMqQueue).retryJobs({ state: 'failed', count: A_SCRIPT });
  await queue.close();
}

/** The library's script for one job, for jobs whose ids are known already, 250 under way at a time. */
export async function retryEachByLibrary(
  url: string,
  driver: QueueDriver,
  name: string,
  ids: readonly string[],
): Promise<void> {
  const connection = connectionOf(url);
  const json = (id: string) => ({ id, name: 'even', data: '{}', timestamp: '0', delay: 0, priority: 0 });
  let retry: (id: string) => Promise<unknown>;
  let close: () => Promise<unknown>;
  if (driver.package === 'bull') {
    const queue = new Bull(name, { redis: connection });
    const { Job } = Bull as unknown as { Job: { fromJSON(queue: Bull.Queue, json: object, id: string): Bull.Job } };
    retry = (id) => Job.fromJSON(queue, { ...json(id), opts: '{}' }, id).retry();
    close = () => queue.close();
  } else if (driver.package === 'bullmq') {
    const queue = new BullMqQueue(name, { connection });
    retry = (id) => BullMqJob.fromJSON(queue, { ...json(id), opts: {} } as never, id).retry('failed');
    close = () => queue.close();
  } else {
    const queue = new BullMq5Queue(name, { connection });
    retry = (id) => BullMq5Job.fromJSON(queue, { ...json(id), opts: '{}' } as never, id).retry('failed');
    close = () => queue.close();
  }
  for (let start = 0; start < ids.length; start += IN_FLIGHT)
    await Promise.all(ids.slice(start, start + IN_FLIGHT).map(retry));
  await close();
}
