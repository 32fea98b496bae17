import { configOfThisProcess } from '../lib/config/env';
import { createLog } from '../lib/config/log';
import { createCollectorRuntime } from '../lib/runtime/collector-runtime';

/** The collector process: looks at all sources until SIGTERM or SIGINT. Any number may run against one store. */
const config = configOfThisProcess();
const log = createLog(config.logLevel, 'collector');
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'));

log.info({ sources: config.sources.map(({ name }) => name) }, 'collector started');
await createCollectorRuntime({ config, log }).run(stop.signal);
log.info('collector stopped');
process.exit(0);
