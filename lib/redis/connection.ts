import { Cluster, type Redis as OneRedis } from 'ioredis';

/**
 * A connection to Redis, whatever stands behind it: one server, the master that Sentinels name, or a Cluster. Commands
 * and pipelines over the keys of one queue (or of our store) work with all of them; where several queues are asked at
 * once, `lib/redis/cluster.ts` splits the work.
 */
export type Redis = OneRedis | Cluster;

/** Several servers that share the keys: what concerns one server has to be asked of each. */
export function isCluster(redis: Redis): redis is Cluster {
  return redis instanceof Cluster;
}

/** A connection for Pub/Sub is always to one server. */
export type Subscriber = OneRedis;
