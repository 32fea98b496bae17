import { randomBytes } from 'node:crypto';
import { messageOf } from '../../domain/errors';
import type { Subscriber } from '../../redis/connection';
import type { Server } from '../../redis/servers';

/** What all collectors of a server say and hear here divides Bull's messages into those before and after, for all alike. */
export const MARK_CHANNEL = 'tailback:heard';
/** A look does not wait longer to be sure that all has been heard. */
const PATIENCE_MS = 300;
/** Marks remembered: some minutes of several collectors. */
const MAX_KNOWN = 5_000;

/** A mark that was heard. `at`: when (ms, broker's clock); `order`: what was heard before it. */
type Heard = { at: number; order: number };
/** The newest mark of ours that came by way of a server. `ms`: what we called that moment. */
export type Reached = { ms: number; order: number };

/**
 * Says a mark through every server that publishes Bull's messages, and hears them all, its own and those of other
 * collectors. What a server published before a mark is heard before it, also by way of another node of a Cluster: so a mark
 * that comes back proves that all has been heard, and names a place in what is heard that another collector finds again.
 */
export class BullMarks {
  private readonly holder = randomBytes(6).toString('hex');
  private isSubscribed = false;
  private refusal: string | null = null;
  private lastMs = 0;
  /** `<server> <ms>` → where it was heard; `null`: two called different moments so. */
  private readonly known = new Map<string, Heard | null>();
  private readonly reached = new Map<string, Reached>();
  private waiting: { ms: number; left: Set<string>; resolve: () => void } | null = null;

  constructor(private readonly subscriber: Subscriber) {}

  /** Why marks cannot be used, `null` when they can. */
  refusedBecause(): string | null {
    return this.refusal;
  }

  isUsable(): boolean {
    return this.isSubscribed && this.refusal === null;
  }

  /** Call for each new connection of the subscriber. */
  async subscribe(): Promise<void> {
    this.isSubscribed = false;
    this.refusal = null;
    try {
      await this.subscriber.subscribe(MARK_CHANNEL);
      this.isSubscribed = true;
    } catch (error) {
      if (/NOPERM/.test(messageOf(error))) this.refusal = messageOf(error);
    }
  }

  /** Says a mark and waits until it has come back from all `servers`, or for 300 ms. `now`: ms, broker's clock. */
  async say(servers: readonly Server[], now: number): Promise<void> {
    // Rising, but for a clock that goes back by more than a moment.
    const ms = now <= this.lastMs && this.lastMs - now < 2_000 ? this.lastMs + 1 : Math.floor(now);
    this.lastMs = ms;
    let timer: NodeJS.Timeout | undefined;
    const heard = new Promise<void>((resolve) => {
      this.waiting = { ms, left: new Set(servers.map(({ id }) => id)), resolve };
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    for (const { redis, id } of servers)
      redis.publish(MARK_CHANNEL, `${this.holder} ${id} ${ms}`).catch((error: unknown) => {
        if (!/NOPERM|unknown command|not allowed/i.test(messageOf(error))) return;
        this.refusal = messageOf(error);
        this.waiting?.resolve();
      });
    await heard;
    clearTimeout(timer);
    this.waiting = null;
  }

  /** A message of the channel was heard. */
  hear(payload: string, heard: Heard): void {
    const [holder, server = '', text] = payload.split(' ');
    const ms = Number(text);
    if (server === '' || !Number.isSafeInteger(ms)) return;
    const key = `${server} ${ms}`;
    const before = this.known.get(key);
    this.known.set(key, before === undefined || before?.at === heard.at ? heard : null);
    if (this.known.size > MAX_KNOWN) this.known.delete(this.known.keys().next().value as string);
    if (holder !== this.holder) return;
    this.reached.set(server, { ms, order: heard.order });
    const { waiting } = this;
    if (waiting?.ms === ms && waiting.left.delete(server) && waiting.left.size === 0) waiting.resolve();
  }

  /** By server: the newest mark of ours that has come back. */
  allReached(): Map<string, Reached> {
    return new Map(this.reached);
  }

  /** When (ms, broker's clock) a mark was heard that somebody said through this server; `null`: not, or it is not sure which. */
  heardAt(serverId: string, ms: number): number | null {
    return this.known.get(`${serverId} ${ms}`)?.at ?? null;
  }
}
