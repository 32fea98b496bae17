import { askEach } from '../../redis/cluster';
import type { Redis } from '../../redis/connection';
import type { JobPlace } from '../job-scan';
import type { QueueRef } from '../source';
import { placeOf } from './job-state';
import { baseOf } from './keys';

/** Queues asked in one pipeline. */
const QUEUES_AT_ONCE = 200;
/** Of so many the state is read: more is told as "there are more". */
const MAX_FOUND = 25;
const MAX_NAME_BYTES = 500;

/** The queues that have a job of this id: one read for each queue, some more for those that have it. */
export async function findJob(redis: Redis, queues: readonly QueueRef[], jobId: string): Promise<JobPlace[]> {
  const having: QueueRef[] = [];
  for (let start = 0; start < queues.length && having.length < MAX_FOUND; start += QUEUES_AT_ONCE) {
    const some = queues.slice(start, start + QUEUES_AT_ONCE);
    const replies = await askEach(
      redis,
      some,
      ({ id }) => baseOf(id),
      (pipeline, { id }) => pipeline.hexists(`${baseOf(id)}:${jobId}`, 'timestamp'),
    );
    // One node of a Cluster that is down does not hide what the others have.
    const errors = replies.map(([reply]) => reply?.[0]).filter((error) => error && !/WRONGTYPE/.test(error.message));
    if (errors.length === some.length && errors[0]) throw errors[0];
    having.push(...some.filter((_, index) => replies[index]?.[0]?.[1] === 1));
  }
  const places = await Promise.all(
    having.slice(0, MAX_FOUND).map(async ({ id, kind }): Promise<JobPlace | null> => {
      const base = baseOf(id);
      const key = `${base}:${jobId}`;
      const [place, bytes] = await Promise.all([placeOf(redis, base, kind, jobId), redis.hstrlen(key, 'name')]);
      if (place === null) return null;
      const name = bytes > 0 && bytes <= MAX_NAME_BYTES ? await redis.hget(key, 'name') : null;
      return { queue: id, state: place.state, name };
    }),
  );
  return places.filter((place) => place !== null);
}
