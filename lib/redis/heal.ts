import type { Redis as OneRedis } from 'ioredis';
import type { HostPort } from '../config/redis-address';

/**
 * ioredis gives a connection up for ever (`end`) when it is broken off while a Sentinel is still being asked for the
 * master. This begins anew, unless `disconnect` was called to end it.
 */
export function healAfterEnd(redis: OneRedis, pauseMs: number): void {
  let isOver = false;
  const disconnect = redis.disconnect.bind(redis);
  redis.disconnect = (reconnect = false) => {
    if (!reconnect) isOver = true;
    disconnect(reconnect);
  };
  redis.on('end', () => {
    if (isOver) return;
    setTimeout(() => {
      if (!isOver && redis.status === 'end') redis.connect().catch(() => undefined);
    }, pauseMs);
  });
}

/**
 * Lets a connection to one node of a Cluster try another whenever it has to connect again: those that were configured
 * and those that the Cluster names.
 */
export function roam(redis: OneRedis, configured: readonly HostPort[]): void {
  let nodes: readonly HostPort[] = configured;
  let next = 0;
  const pause = redis.options.retryStrategy;
  redis.options.retryStrategy = (times) => {
    next = (next + 1) % nodes.length;
    Object.assign(redis.options, nodes[next]);
    return pause?.(Math.max(1, times - nodes.length)) ?? null;
  };
  redis.on('ready', () => {
    redis.cluster('SLOTS').then(
      (rows) => {
        const known = new Map(configured.map((node) => [`${node.host}:${node.port}`, node]));
        for (const [, , ...holders] of rows)
          for (const [host, port] of holders as unknown as [string, number][])
            if (host) known.set(`${host}:${port}`, { host, port });
        nodes = [...known.values()];
      },
      () => undefined,
    );
  });
}
