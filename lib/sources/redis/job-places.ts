import type { Redis } from '../../redis/connection';
import type { JobState } from '../../domain/queue';
import type { QueueRef } from '../source';
import { jobSetOf, results } from './job-sets';
import { placeOf } from './job-state';
import { baseOf } from './keys';
import { readPlaces } from './places-script';

export type Fields = (string | null)[];
export type Place = { isMember: boolean; score: number | null };

/** Whether each job is in the state now. Lists are not searched: a job that is in none of the sets is in them. */
export async function membership(
  redis: Redis,
  queue: QueueRef,
  state: JobState,
  ids: readonly string[],
): Promise<Place[]> {
  const set = jobSetOf(queue.kind, state);
  const base = baseOf(queue.id);
  if (set.type === 'zset') {
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.zscore(`${base}:${set.key}`, id);
    return (await results(pipeline)).map((score) => ({
      isMember: score !== null,
      score: score === null ? null : Number(score),
    }));
  }
  const places = await Promise.all(ids.map((id) => placeOf(redis, base, queue.kind, id)));
  // A queue that is paused or resumed meanwhile moves all its waiting jobs.
  const waits = (one: JobState | undefined) => one === 'waiting' || one === 'paused';
  return places.map((place) => ({
    isMember: place?.state === state || (waits(place?.state) && waits(state)),
    score: null,
  }));
}

/** Where each job stands, and what the library's script wants to know of it. */
export async function placesAndFields(
  redis: Redis,
  queue: QueueRef,
  state: JobState,
  ids: readonly string[],
  names: readonly string[],
): Promise<{ places: Place[]; hashes: Fields[] }> {
  const set = jobSetOf(queue.kind, state);
  const base = baseOf(queue.id);
  if (set.type === 'zset') {
    const rows = await readPlaces(redis, base, set.key, names, ids);
    return {
      places: rows.map(([score]) => ({ isMember: score !== null, score: score === null ? null : Number(score) })),
      hashes: rows.map(([, ...fields]) => fields),
    };
  }
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(`${base}:${id}`, ...names);
  const [places, hashes] = await Promise.all([membership(redis, queue, state, ids), results(pipeline)]);
  return { places, hashes: hashes as Fields[] };
}
