import { valuesOfEach } from '../../redis/cluster';
import type { Redis } from '../../redis/connection';
import { bullMqMajor, isBullMqVersion, whyNotWritable } from './versions';
import type { Watched } from './watched';

const LIFE_SIGNS = [
  'id',
  'wait',
  'completed',
  'failed',
  'delayed',
  'active',
  'paused',
  'prioritized',
  'waiting-children',
];

/**
 * Looks whether queues still exist, and by which version they are written now (which is noted in them). `isNamed`: workers
 * that wait for its jobs name it, so that it goes on without a key.
 * Returns those that have gone, or that are another library's now.
 */
export async function findGone(
  redis: Redis,
  queues: readonly Watched[],
  isReadOnly: boolean,
  isNamed: (base: string) => boolean,
): Promise<Watched[]> {
  const signs = await valuesOfEach(
    redis,
    queues,
    ({ base }) => base,
    (pipeline, { base }) =>
      pipeline
        .exists(...LIFE_SIGNS.map((key) => `${base}:${key}`))
        .type(`${base}:meta`)
        .exists(`${base}:events`),
  );
  const versions = await readVersions(redis, queues, (index) => signs[index]?.[1] === 'hash');
  return queues.filter((watched, index) => {
    const version = versions.get(watched.base);
    if (watched.kind === 'bull' && version !== undefined) return true;
    const [others, meta, events] = signs[index] ?? [];
    // BullMQ's workers write into the stream and their limit of it into `meta` before there is a job.
    watched.isOnlyNamed = others === 0 && version === undefined && isNamed(watched.base);
    if (others === 0 && meta === 'none' && events === 0 && !watched.isOnlyNamed) return true;
    if (watched.kind === 'bullmq' && version !== undefined && version !== watched.version)
      takeVersion(watched, version, isReadOnly);
    return false;
  });
}

async function readVersions(
  redis: Redis,
  queues: readonly Watched[],
  hasMeta: (index: number) => boolean,
): Promise<Map<string, string>> {
  const withMeta = queues.filter((_, index) => hasMeta(index));
  const versions = await valuesOfEach(
    redis,
    withMeta,
    ({ base }) => base,
    (pipeline, { base }) => pipeline.hget(`${base}:meta`, 'version'),
  );
  const byBase = new Map<string, string>();
  for (const [index, { base }] of withMeta.entries()) {
    const version = versions[index]?.[0] as string | null;
    if (isBullMqVersion(version)) byBase.set(base, version);
  }
  return byBase;
}

/** Another major's queue must be written to with that major's scripts, or not at all. */
function takeVersion(watched: Watched, version: string, isReadOnly: boolean): void {
  const isOtherMajor = bullMqMajor(version) === null || bullMqMajor(version) !== bullMqMajor(watched.version);
  if (isOtherMajor && !isReadOnly) watched.readOnlyReason = whyNotWritable(version);
  watched.version = version;
}
