import { mkdir, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A folder (mode 0700) of ours under the person's cache folder, or under the temporary folder when that cannot be
 * written. Programs are run from it, so a folder that somebody else made is not used.
 */
export async function cacheFolder(...parts: string[]): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const home = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  let problem: unknown;
  for (const base of [path.join(home, 'tailback'), path.join(tmpdir(), `tailback-cache-${uid}`)]) {
    try {
      await mkdir(base, { recursive: true, mode: 0o700 });
      if ((await stat(base)).uid !== uid) throw new Error(`${base} belongs to somebody else`);
      const folder = path.join(base, ...parts);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return folder;
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}
