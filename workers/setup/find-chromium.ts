import { hasApt, installPackages } from './apt';
import { findOnPath } from './run-command';
import { SetupError } from './step';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
const PACKAGES = ['chromium', 'fonts-dejavu-core'];

/**
 * A Chromium for the browser tests: from PATH, else Debian's package, installed when this is root.
 * @throws SetupError that says what to install
 */
export async function findChromium(): Promise<string> {
  const found = await findOnPath(...NAMES);
  if (found) return found;
  const byHand = `install one, for example "apt-get install --no-install-recommends ${PACKAGES.join(' ')}"`;
  if (process.getuid?.() !== 0 || !(await hasApt())) throw new SetupError(`No Chromium on the PATH: ${byHand}.`);
  try {
    await installPackages(PACKAGES);
  } catch (error) {
    throw new SetupError(`Chromium could not be installed (${(error as Error).message}): ${byHand}.`);
  }
  const installed = await findOnPath(...NAMES);
  if (installed) return installed;
  throw new SetupError(`The package chromium brought no program of that name: ${byHand}.`);
}
