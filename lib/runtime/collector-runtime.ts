import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { AuditLog } from '../actions/audit-log';
import { AlertEngine } from '../alerts/alert-engine';
import { Dispatcher } from '../channels/dispatcher';
import { Heartbeat } from '../channels/heartbeat';
import { openChannels } from '../channels/open-channels';
import { Collector } from '../collect/collector';
import type { Config } from '../config/config';
import type { Log } from '../config/log';
import { FailureStore } from '../failures/failure-store';
import { tiersFor } from '../history/tiers';
import { connectStore } from '../store/connect-store';
import type { SourceDesk } from '../sources/source';
import { Lease } from '../store/lease';
import { createOperations } from './create-operations';
import { openDesk, openWatch } from './open-source';
import { withTopFailure } from './with-top-failure';

const FIRST_PATIENCE_MS = 2_000;

/** Wires the collector's parts together. `run` resolves when `signal` has aborted and all is handed over. */
export function createCollectorRuntime({ config, log }: { config: Config; log: Log }): {
  run(signal: AbortSignal): Promise<void>;
} {
  const store = connectStore(config.storeUrl, { name: 'tailback-store', log });
  const { publicUrl, environment } = config;
  const failures = new FailureStore(
    store,
    config.sources.map(({ name }) => name),
  );
  const collector = new Collector({
    store,
    lease: new Lease(store),
    watches: config.sources.map((source) => openWatch(source, log)),
    alerts: new AlertEngine({
      dispatcher: new Dispatcher({
        channels: openChannels(config.channels),
        complete: withTopFailure(failures, publicUrl),
        publicUrl,
        environment,
        log,
      }),
      publicUrl,
      environment,
      log,
      checkEverySeconds: config.alertCheckSeconds,
    }),
    alertRules: { rules: config.alerts, areBuiltIn: config.areAlertsBuiltIn },
    alertCheckSeconds: config.alertCheckSeconds,
    heartbeat: config.heartbeat && new Heartbeat({ config: config.heartbeat, log }),
    storeMaxMb: config.storeMaxMb,
    tiers: tiersFor(config.retention),
    log,
  });
  const audit = new AuditLog(store, log);
  /** Opened for the first operation that this process takes over: the collector itself only reads. */
  const desks = new Map<string, SourceDesk>();
  const deskOf = (name: string): SourceDesk | null => {
    const source = config.sources.find((one) => one.name === name);
    if (source && !desks.has(name)) desks.set(name, openDesk(source, log));
    return desks.get(name) ?? null;
  };
  const { runner } = createOperations({ store, deskOf, audit, log });
  return {
    async run(signal) {
      // The connections are made at the same time: a moment's patience saves a warning at every start.
      await Promise.race([once(store, 'ready').catch(() => undefined), delay(FIRST_PATIENCE_MS)]);
      runner.start();
      await collector.run(signal);
      await runner.close();
      await Promise.allSettled([...desks.values()].map((desk) => desk.close()));
      store.disconnect();
    },
  };
}
