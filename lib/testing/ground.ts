import type { Redis } from '../redis/connection';
import { startCluster } from './cluster';
import { databaseIndex, emptyDatabase } from './looker';

/** Where a battery of tests stands: queues behave the same on one server and in a Cluster. */
export type Ground = {
  isCluster: boolean;
  /** As the server numbers it. */
  database: number;
  /** An empty Redis, its address as it stands in a configuration, and a plain connection to it. */
  open(): Promise<{ url: string; redis: Redis; close(): Promise<void> }>;
  /** A queue's name here: in a Cluster each has a hash tag, and with it a slot, of its own. */
  queueName(name: string): string;
};

/** One database of the test server. */
export function oneServer(database: number): Ground {
  return {
    isCluster: false,
    database: databaseIndex(database),
    queueName: (name) => name,
    async open() {
      const { url, redis } = await emptyDatabase(database);
      return {
        url,
        redis,
        close: () => Promise.resolve(redis.disconnect()),
      };
    },
  };
}

/** A Cluster of three masters of its own. */
export const inCluster: Ground = {
  isCluster: true,
  database: 0,
  queueName: (name) => `{${name}}`,
  async open() {
    const cluster = await startCluster();
    return { url: cluster.url, redis: cluster.client(), close: () => cluster.close() };
  },
};
