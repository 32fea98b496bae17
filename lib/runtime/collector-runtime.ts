import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { AlertEngine } from '../alerts/alert-engine';
import { Collector } from '../collect/collector';
import type { Config } from '../config/config';
import type { Log } from '../config/log';
import { tiersFor } from '../history/tiers';
import { connectRedis } from '../redis/connect';
import { RedisWatch } from '../sources/redis/redis-watch';
import { Lease } from '../store/lease';

const FIRST_PATIENCE_MS = 2_000;

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
    tiers: tiersFor(config.retention),
    log,
  });
  return {
    async run(signal) {
      // The connections are made at the same time: a moment's patience saves a warning at every start.
      await Promise.race([once(store, 'ready').catch(() => undefined), delay(FIRST_PATIENCE_MS)]);
      await collector.run(signal);
      store.disconnect();
    },
  };
}
