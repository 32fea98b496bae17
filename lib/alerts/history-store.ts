import { z } from 'zod';
import { alertSchema } from '../domain/alert';
import { incidentEventSchema, incidentSchema } from '../domain/incident';
import type { Redis } from '../redis/connection';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import { startOfId } from './incident-record';

export const HISTORY_KEPT_MS = 90 * 86_400_000;
export const MAX_HISTORY = 3_000;
const CHUNK = 200;

/** An incident that has ended, with what its members were like at their end. */
export const pastIncidentSchema = z.object({
  incident: incidentSchema,
  members: z.array(alertSchema),
  events: z.array(incidentEventSchema),
});
export type PastIncident = z.infer<typeof pastIncidentSchema>;

/** Commands that put ended incidents into the history and forget those that are too old or too many. */
export function historyCommands(ended: readonly PastIncident[], now: number): Command[] {
  if (ended.length === 0) return [];
  return [
    ...ended.map((past): Command => ['ZADD', keys.alertHistory, past.incident.startedAt, JSON.stringify(past)]),
    ['ZREMRANGEBYRANK', keys.alertHistory, 0, -MAX_HISTORY - 1],
    ['ZREMRANGEBYSCORE', keys.alertHistory, '-inf', now - HISTORY_KEPT_MS],
  ];
}

export type HistoryPage = {
  found: PastIncident[];
  /** To be given for the next page; `null` at the end. */
  next: string | null;
};

/** Incidents that have ended, in one sorted set of the store by their beginning. */
export class AlertHistory {
  constructor(private readonly store: Redis) {}

  /**
   * Newest first. `see` turns an entry into what the caller sees of it, `null` for nothing.
   * @param cursor `next` of the page before; `null` for the first
   * @throws when the store does not answer
   */
  async page(
    { from, to, limit }: { from: number; to: number; limit: number },
    cursor: string | null,
    see: (past: PastIncident) => PastIncident | null,
  ): Promise<HistoryPage> {
    const after = cursor === null ? null : startOfId(cursor);
    const upTo = after === null ? `(${to}` : Math.min(after, to);
    const found: PastIncident[] = [];
    let isBehind = after === null;
    for (let offset = 0; ; offset += CHUNK) {
      const texts = await this.store.zrevrangebyscore(keys.alertHistory, upTo, from, 'LIMIT', offset, CHUNK);
      for (const past of texts.flatMap(parsePast)) {
        const { id, startedAt } = past.incident;
        // Several may have begun in the same ms: the page goes on behind the one that ended the last.
        if (!isBehind && startedAt === after) {
          isBehind = id === cursor;
          continue;
        }
        isBehind = true;
        const seen = see(past);
        if (!seen) continue;
        if (found.length === limit) return { found, next: found.at(-1)?.incident.id ?? null };
        found.push(seen);
      }
      if (texts.length < CHUNK) return { found, next: null };
    }
  }

  /** @throws when the store does not answer */
  async find(id: string): Promise<PastIncident | null> {
    const at = startOfId(id);
    if (at === null) return null;
    const texts = await this.store.zrangebyscore(keys.alertHistory, at, at);
    return texts.flatMap(parsePast).find(({ incident }) => incident.id === id) ?? null;
  }
}

function parsePast(text: string): PastIncident[] {
  try {
    const parsed = pastIncidentSchema.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
