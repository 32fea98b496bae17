import type { Deploy, Pause } from '../diagnose/look';
import type { Mark } from '../domain/mark';
import { compilePattern } from '../domain/pattern';
import type { QueueId } from '../domain/queue';
import { parse } from '../marks/mark-store';
import type { Redis } from '../redis/connection';
import { keys } from '../store/keys';

const EVERY_MS = 3_000;
/** Marks may be said with a time that has passed. */
const LOOK_BACK_MS = 10 * 60_000;
const FIRST_LOOK_BACK_MS = 30 * 86_400_000;
const FIRST_MOST = 3_000;
const MOST = 500;
const DEPLOYS_KEPT_MS = 86_400_000;

type KnownDeploy = Deploy & { id: string; concerns: (id: QueueId, key: string) => boolean };

/** Deploys, and who paused what, as the store's marks say. Times ms. */
export class MarkWatch {
  private readAt = 0;
  private readonly pauses = new Map<string, Pause>();
  private readonly resumedAt = new Map<string, number>();
  private deploys: KnownDeploy[] = [];

  constructor(private readonly store: Redis) {}

  /** @throws when the store does not answer */
  async step(now: number): Promise<void> {
    if (now - this.readAt < EVERY_MS) return;
    const isFirst = this.readAt === 0;
    this.readAt = now;
    const from = now - (isFirst ? FIRST_LOOK_BACK_MS : LOOK_BACK_MS);
    const texts = await this.store.zrevrangebyscore(keys.marks, '+inf', from, 'LIMIT', 0, isFirst ? FIRST_MOST : MOST);
    for (const text of texts.reverse()) {
      const mark = parse(text);
      if (mark) this.take(mark);
    }
    this.deploys = this.deploys.filter(({ at }) => now - at < DEPLOYS_KEPT_MS).sort((a, b) => b.at - a.at);
  }

  pauseOf(queueKey: string): Pause | null {
    const pause = this.pauses.get(queueKey);
    return pause && pause.at > (this.resumedAt.get(queueKey) ?? 0) ? pause : null;
  }

  /** Newest first. */
  deploysOf(id: QueueId, queueKey: string): Deploy[] {
    return this.deploys.filter(({ concerns }) => concerns(id, queueKey)).map(({ at, text }) => ({ at, text }));
  }

  forget(queueKeys: readonly string[]): void {
    for (const key of queueKeys) {
      this.pauses.delete(key);
      this.resumedAt.delete(key);
    }
  }

  private take({ id, at, kind, text, source, queueKey, pattern, by }: Mark): void {
    if (kind === 'resume' && queueKey !== null)
      this.resumedAt.set(queueKey, Math.max(at, this.resumedAt.get(queueKey) ?? 0));
    if (kind === 'pause' && queueKey !== null) {
      const before = this.pauses.get(queueKey);
      // Seen from outside and told by who did it: the same pause.
      const isSame = before !== undefined && Math.abs(before.at - at) < 20_000;
      if (!before || isSame || at > before.at)
        this.pauses.set(queueKey, { at: isSame ? Math.min(at, before.at) : at, by: by ?? (isSame ? before.by : null) });
    }
    if (kind !== 'deploy' || this.deploys.some((known) => known.id === id)) return;
    const matches = pattern === null ? null : compilePattern(pattern);
    const concerns: KnownDeploy['concerns'] = (queue, key) => {
      if (source !== null && source !== queue.source) return false;
      if (queueKey !== null) return queueKey === key;
      return matches === null || matches(queue);
    };
    this.deploys.push({ id, at, text, concerns });
  }
}
