import { runChecks } from './run-checks';
import { browser, build, format, lint, rabbit, rabbitServer, redis, redisServer, types, unit } from './steps';

/** All checks, as the repository's own check runs them. */
await runChecks([[types, lint, format], unit, redisServer, redis, rabbitServer, rabbit, build, browser], 24 * 60_000);
