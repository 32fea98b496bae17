import { connectRedis, type ConnectOptions } from '../redis/connect';
import { isCluster, type Redis } from '../redis/connection';
import { layOutStore } from './keys';

/** The connection to the store. Call before anything of the store is used: it settles the names of our keys. */
export function connectStore(url: string, options: ConnectOptions): Redis {
  const store = connectRedis(url, options);
  layOutStore(isCluster(store));
  return store;
}
