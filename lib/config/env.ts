import { ConfigError, type Config } from './config';
import { loadConfig } from './load-config';

/**
 * The configuration of this process, from its environment: the only place that reads `process.env` for it.
 * A configuration that cannot be used ends the process with exit code 2 and says why.
 */
export function configOfThisProcess(): Config {
  try {
    return Object.freeze(loadConfig(process.env, process.cwd()));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
