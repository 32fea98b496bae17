import path from 'node:path';
import { z } from 'zod';
import { ensureDataDir, readTextIfThere, writePrivateFile } from './data-dir';

const fileSchema = z.record(z.string(), z.number());
const FRESH_MS = 2_000;

/**
 * Ids of sessions that were signed out before they ran out, kept in the data folder until they would have run out:
 * a copied cookie is worth nothing after its owner signed out.
 */
export class EndedSessions {
  private readonly file: string;
  private ended = new Map<string, number>();
  private checkedAt = -Infinity;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly dataDir: string) {
    this.file = path.join(dataDir, 'ended-sessions.json');
  }

  /** Takes in what other processes wrote, at most every two seconds. A file that cannot be read changes nothing. */
  async refresh(now: number = Date.now()): Promise<void> {
    if (now - this.checkedAt < FRESH_MS && now >= this.checkedAt) return;
    this.checkedAt = now;
    try {
      const text = await readTextIfThere(this.file);
      if (text !== null)
        for (const [id, until] of Object.entries(fileSchema.parse(JSON.parse(text)))) this.ended.set(id, until);
    } catch {
      // What is known in memory stays in force.
    }
    for (const [id, until] of this.ended) if (until < now) this.ended.delete(id);
  }

  has(id: string): boolean {
    return this.ended.has(id);
  }

  /** @param until ms since the epoch at which the session would have run out anyhow */
  async end(id: string, until: number): Promise<void> {
    this.ended.set(id, until);
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => {
        this.checkedAt = -Infinity;
        await this.refresh();
        await ensureDataDir(this.dataDir);
        await writePrivateFile(this.file, `${JSON.stringify(Object.fromEntries(this.ended))}\n`);
      });
    await this.writing;
  }
}
