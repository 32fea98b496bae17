import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Creates the folder of users and secrets, readable by its owner only. */
export async function ensureDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chmod(dataDir, 0o700);
}

/** Replaces a file in one step, mode 0600: a reader sees the old text or the new one, a crash leaves one of both. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const draft = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${process.pid}.${randomBytes(4).toString('hex')}`,
  );
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** The text of a file, `null` when there is none. */
export async function readTextIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The key that signs sessions: the configured one, else one that is generated once and kept in `dataDir`. */
export async function sessionSecret(configured: string | null, dataDir: string): Promise<string> {
  if (configured !== null) return configured;
  await ensureDataDir(dataDir);
  const file = path.join(dataDir, 'secret');
  const kept = (await readTextIfThere(file))?.trim();
  if (kept !== undefined) {
    if (kept.length < 32)
      throw new Error(`${file}: expected a secret of at least 32 characters; remove the file to get a new one`);
    return kept;
  }
  // Linking fails when the file exists: of two processes that start together both use the one secret.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writePrivateFile(draft, `${randomBytes(32).toString('base64url')}\n`);
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return sessionSecret(configured, dataDir);
}
