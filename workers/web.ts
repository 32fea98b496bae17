import { configOfThisProcess } from '../lib/config/env';
import { createLog } from '../lib/config/log';
import { messageOf } from '../lib/domain/errors';
import { createWebRuntime } from '../lib/runtime/web-runtime';
import { startWebProcess } from './web-process';

/** The web process: the only listening socket, with the gate in front of Next and of Arena. */
const config = configOfThisProcess();
const log = createLog(config.logLevel, 'web');
const isDev = process.argv.includes('--dev');
process.env['NODE_ENV' as string] ??= isDev ? 'development' : 'production';

// Libraries behind Arena and Next may leave a rejection alone; one request's trouble must not end all others.
process.on('unhandledRejection', (reason) =>
  log.error(
    { error: messageOf(reason), stack: reason instanceof Error ? reason.stack : undefined },
    'web: unhandled rejection',
  ),
);
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  log.fatal({ error: error.message, stack: error.stack }, 'web: uncaught exception');
  // A connection that broke while it was written to leaves nothing half done; after anything else we cannot know.
  if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') process.exit(1);
});

let stop: (() => Promise<void>) | null = null;
let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'web: stopping');
    void (stop?.() ?? Promise.resolve()).finally(() => process.exit(0));
  });

try {
  stop = await startWebProcess({ config, log, isDev, createRuntime: createWebRuntime });
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  const where = `HOST=${config.host} PORT=${config.port}`;
  if (code === 'EADDRINUSE')
    console.error(
      `Cannot listen on ${where}: the port is taken by another process. Set PORT (or --port) to a free one.`,
    );
  else if (code === 'EADDRNOTAVAIL')
    console.error(
      `Cannot listen on ${where}: this machine has no such address. Set HOST to one of its own, or 0.0.0.0 for all.`,
    );
  else if (code === 'EACCES')
    console.error(`Cannot listen on ${where}, or cannot use ${config.dataDir}: no permission (${messageOf(error)}).`);
  else console.error(`The web process cannot start: ${messageOf(error)}`);
  process.exit(code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL' || code === 'EACCES' ? 2 : 1);
}
