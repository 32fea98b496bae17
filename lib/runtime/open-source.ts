import type { SourceConfig } from '../config/config';
import type { Log } from '../config/log';
import { RabbitDesk } from '../sources/rabbitmq/rabbit-desk';
import { RabbitWatch } from '../sources/rabbitmq/rabbit-watch';
import { RedisDesk } from '../sources/redis/redis-desk';
import { RedisWatch } from '../sources/redis/redis-watch';
import type { SourceDesk, SourceWatch } from '../sources/source';

/** The collector's side of a configured source. */
export function openWatch(source: SourceConfig, log: Log): SourceWatch {
  return source.kind === 'redis' ? new RedisWatch(source, log) : new RabbitWatch(source, log);
}

/** The people's side of a configured source. */
export function openDesk(source: SourceConfig, log: Log): SourceDesk {
  return source.kind === 'redis' ? new RedisDesk(source, log) : new RabbitDesk(source);
}
