import { AlertEngine } from '../alerts/alert-engine';
import { Collector } from '../collect/collector';
import type { Config } from '../config/config';
import type { Log } from '../config/log';
import { connectRedis } from '../redis/connect';
import { RedisWatch } from '../sources/redis/redis-watch';
import { Lease } from '../store/lease';

/** Wires the collector's parts together. `run` resolves when `signal` has aborted and all is handed over. */
export function createCollectorRuntime({ config, log }: { config: Config; log: Log }): {
  run(signal: AbortSignal): Promise<void>;
} {
  const store = connectRedis(config.storeUrl, { name: 'tailback-store', log });
  const collector = new Collector({
    store,
    lease: new Lease(store),
    watches: config.sources.map((source) => new RedisWatch(source, log)),
    alerts: new AlertEngine({
      rules: config.alerts,
      channels: config.channels,
      publicUrl: config.publicUrl,
      log,
      checkEverySeconds: config.alertCheckSeconds,
    }),
    alertCheckSeconds: config.alertCheckSeconds,
    storeMaxMb: config.storeMaxMb,
    log,
  });
  return {
    async run(signal) {
      await collector.run(signal);
      store.disconnect();
    },
  };
}
