import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { ensureDataDir, readTextIfThere, writePrivateFile } from './data-dir';

/** How old a look at the file may be, in ms. */
const FRESH_MS = 2_000;
/** A lock older than this, in ms, was left by a process that died. */
const STALE_LOCK_MS = 10_000;

type Kind<T> = {
  /** Name of the file in the data folder. */
  name: string;
  /** Shape of the whole file. */
  read: z.ZodType<T[]>;
  write: (records: T[]) => unknown;
  keyOf: (record: T) => string;
  /** What to do when the file cannot be understood. */
  advice: string;
};

/**
 * Records in one private file of the data folder. Several processes may use it: changes are made one at a time under
 * a lock file, and readers notice them within two seconds.
 */
export class PrivateRecords<T> {
  readonly file: string;
  private records = new Map<string, T>();
  private seen: { mtimeMs: number; size: number; ino: number } | null = null;
  private checkedAt = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly dataDir: string,
    private readonly kind: Kind<T>,
  ) {
    this.file = path.join(dataDir, kind.name);
  }

  /**
   * Looks at the file when the last look is more than two seconds old.
   * @throws when the file cannot be read or understood; what was known before stays in force
   */
  async refresh(now: number = Date.now()): Promise<void> {
    if (now - this.checkedAt < FRESH_MS && now >= this.checkedAt) return;
    await this.look();
    this.checkedAt = now;
  }

  /** Looks at the file now. @throws as `refresh` */
  async look(): Promise<void> {
    // A look that has begun already may have missed what was written since.
    if (this.reading) await this.reading.catch(() => undefined);
    this.reading ??= this.read().finally(() => (this.reading = null));
    await this.reading;
  }

  /** From the last look; call `refresh` before. */
  get(key: string): T | null {
    return this.records.get(key) ?? null;
  }

  /** From the last look, in the file's order. */
  all(): T[] {
    return [...this.records.values()];
  }

  /**
   * `change` gets the newest records and returns those to keep.
   * @throws when another process holds the lock for more than ten seconds, or what `change` throws
   */
  async update(change: (records: ReadonlyMap<string, T>) => Iterable<T> | Promise<Iterable<T>>): Promise<void> {
    await ensureDataDir(this.dataDir);
    const unlock = await this.lock();
    try {
      await this.read();
      const next = [...(await change(this.records))];
      await writePrivateFile(this.file, `${JSON.stringify(this.kind.write(next), null, 2)}\n`);
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
      this.records = new Map();
      this.seen = null;
      return;
    }
    const { mtimeMs, size, ino } = info;
    if (this.seen && this.seen.mtimeMs === mtimeMs && this.seen.size === size && this.seen.ino === ino) return;
    const text = (await readTextIfThere(this.file)) ?? '';
    let parsed: T[];
    try {
      parsed = this.kind.read.parse(JSON.parse(text));
    } catch {
      throw new Error(`${this.file}: ${this.kind.advice}`);
    }
    this.records = new Map(parsed.map((record) => [this.kind.keyOf(record), record]));
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
