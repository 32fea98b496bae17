import { runChecks } from './run-checks';
import { format, lint, types, unit } from './steps';

/** The quick part of the checks, for every save: no Redis, no build, no browser. */
await runChecks([[types, lint, format], unit], 5 * 60_000);
