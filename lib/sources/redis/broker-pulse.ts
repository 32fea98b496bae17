import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { SlowSpell } from '../../domain/stall';
import type { Server, Servers } from '../../redis/servers';
import { readBrokerTime } from './read-counts';

/** Answers that take longer are remembered, for a quarter of an hour. */
const SLOW_MS = 500;
const KEPT_MS = 15 * 60_000;
const MAX_SPELLS = 50;
const RESOLUTION_MS = 50;

/** Between looks, too, one question at a time: whoever else asks meanwhile waits for the same silence. */
const EVERY_MS = 1_000;

/**
 * How quickly a broker answers: one TIME a second and one a look to each of its servers, and how long looks failed. What
 * this process itself was late by is not held against the broker.
 */
export class BrokerPulse {
  private spells: SlowSpell[] = [];
  /** ms (monotonic) at which the first of the looks that failed in a row began. */
  private failingSince: number | null = null;
  private isAsking = false;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(private readonly servers: Servers) {
    this.timer = setInterval(() => void this.ask(), EVERY_MS);
    this.timer.unref();
  }

  /** @returns each server's time (ms), how long the answer took, and when it came by our clock. @throws when a server does not answer */
  async beat(): Promise<readonly Beat[]> {
    const { failingSince } = this;
    const beats = await this.measure(failingSince ?? performance.now());
    this.failingSince = null;
    return beats;
  }

  /** A look that began at `start` (ms, monotonic) failed. */
  failed(start: number): void {
    this.failingSince ??= start;
  }

  slowSpells(): SlowSpell[] {
    return this.spells;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    if (this.isAsking || this.failingSince !== null) return;
    this.isAsking = true;
    try {
      await this.measure(performance.now());
    } catch {
      // The next look fails too, and says so.
    } finally {
      this.isAsking = false;
    }
  }

  /** One question to each server. `since`: ms (monotonic) from when on the silence counts. */
  private async measure(since: number): Promise<readonly Beat[]> {
    const ownDelay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    ownDelay.enable();
    try {
      const beats = await Promise.all(this.servers.up().map((server) => beatOf(server)));
      const [slowest] = [...beats].sort((a, b) => b.ms - a.ms);
      if (!slowest) return beats;
      const ownMs = ownDelay.count > 0 ? Math.max(0, ownDelay.max / 1e6 - RESOLUTION_MS) : 0;
      const ms = Math.round(performance.now() - since - ownMs);
      const { at, server } = slowest;
      // Two questions that waited for the same silence tell of one.
      const isTold = this.spells.some((spell) => at - ms < spell.at && at - ms > spell.at - spell.ms - SLOW_MS);
      if (ms >= SLOW_MS && !isTold) this.spells.push({ at, ms, command: await slowestCommand(server, at - ms) });
      this.spells = this.spells.filter((spell) => at - spell.at < KEPT_MS).slice(-MAX_SPELLS);
      return beats;
    } finally {
      ownDelay.disable();
    }
  }
}

export type Beat = { server: Server; at: number; ms: number; now: number };

async function beatOf(server: Server): Promise<Beat> {
  const start = performance.now();
  const at = await readBrokerTime(server.redis);
  return { server, at, ms: performance.now() - start, now: Date.now() };
}

/** The broker's own log of slow commands; only the command's name is taken, since arguments may hold anything. */
async function slowestCommand({ redis }: Server, since: number): Promise<string | null> {
  try {
    const entries = (await redis.call('SLOWLOG', 'GET', '20')) as [number, number, number, string[]][];
    const [slowest] = entries
      .filter(([, seconds, micros]) => seconds * 1000 >= since - 2_000 && micros >= SLOW_MS * 500)
      .sort(([, , a], [, , b]) => b - a);
    return slowest ? String(slowest[3][0]).toUpperCase().slice(0, 40) : null;
  } catch {
    // Forbidden, or not there: what made it slow stays unknown.
    return null;
  }
}
