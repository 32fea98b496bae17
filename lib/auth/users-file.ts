import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { roleSchema, type Role } from '../domain/permissions';
import { ensureDataDir, readTextIfThere, writePrivateFile } from './data-dir';

export const userSchema = z.object({
  email: z.string(),
  passwordHash: z.string(),
  role: roleSchema,
  /** Sessions carry the epoch of their sign-in; raising it ends all of them. */
  epoch: z.number().int(),
  isDisabled: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type User = z.infer<typeof userSchema>;

const fileSchema = z.object({ version: z.literal(1), users: z.array(userSchema) });

/** How old a look at the file may be, in ms. */
const FRESH_MS = 2_000;
/** A lock older than this, in ms, was left by a process that died. */
const STALE_LOCK_MS = 10_000;

/**
 * The people who may sign in, in `users.json` of the data folder. Several processes may use the file: changes are
 * made one at a time under a lock file, and readers notice them within two seconds.
 */
export class UsersFile {
  readonly file: string;
  private users = new Map<string, User>();
  private seen: { mtimeMs: number; size: number; ino: number } | null = null;
  private checkedAt = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(private readonly dataDir: string) {
    this.file = path.join(dataDir, 'users.json');
  }

  /**
   * Looks at the file when the last look is more than two seconds old.
   * @throws when the file cannot be read or understood; the users known before stay in force
   */
  async refresh(now: number = Date.now()): Promise<void> {
    if (now - this.checkedAt < FRESH_MS && now >= this.checkedAt) return;
    this.reading ??= this.read().finally(() => (this.reading = null));
    await this.reading;
    this.checkedAt = now;
  }

  /** From the last look; call `refresh` before. */
  find(email: string): User | null {
    return this.users.get(email.toLowerCase()) ?? null;
  }

  /** All users by e-mail address, from the last look. */
  list(): User[] {
    return [...this.users.values()].sort((a, b) => a.email.localeCompare(b.email));
  }

  /**
   * Changes the users: `change` gets the newest ones and returns those to keep.
   * @throws when another process holds the lock for more than ten seconds, or what `change` throws
   */
  async update(change: (users: ReadonlyMap<string, User>) => Iterable<User> | Promise<Iterable<User>>): Promise<void> {
    await ensureDataDir(this.dataDir);
    const unlock = await this.lock();
    try {
      await this.read();
      const users = [...(await change(this.users))].map((user) => ({ ...user, email: user.email.toLowerCase() }));
      await writePrivateFile(this.file, `${JSON.stringify({ version: 1, users }, null, 2)}\n`);
      await this.read();
    } finally {
      await unlock();
    }
  }

  private async read(): Promise<void> {
    const info = await stat(this.file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (info === null) {
      this.users = new Map();
      this.seen = null;
      return;
    }
    const { mtimeMs, size, ino } = info;
    if (this.seen && this.seen.mtimeMs === mtimeMs && this.seen.size === size && this.seen.ino === ino) return;
    const text = (await readTextIfThere(this.file)) ?? '';
    let parsed;
    try {
      parsed = fileSchema.parse(JSON.parse(text));
    } catch {
      throw new Error(
        `${this.file}: not a users file of this version; restore it, or move it away to start with a new administrator`,
      );
    }
    this.users = new Map(parsed.users.map((user) => [user.email, user]));
    this.seen = { mtimeMs, size, ino };
  }

  private async lock(): Promise<() => Promise<void>> {
    const file = `${this.file}.lock`;
    const deadline = Date.now() + STALE_LOCK_MS;
    for (;;) {
      try {
        await (await open(file, 'wx', 0o600)).close();
        return () => rm(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const age = await stat(file).then(
          (info) => Date.now() - info.mtimeMs,
          () => 0,
        );
        if (age > STALE_LOCK_MS) await rm(file, { force: true });
        else if (Date.now() > deadline) throw new Error(`${file}: held by another process for too long`);
        await sleep(50);
      }
    }
  }
}

/** A new user. The epoch starts at the time, so that a removed and re-made account does not revive old sessions. */
export function newUser(email: string, role: Role, passwordHash: string, now: Date = new Date()): User {
  return {
    email: email.toLowerCase(),
    passwordHash,
    role,
    epoch: now.getTime(),
    isDisabled: false,
    createdAt: now.toISOString(),
  };
}
