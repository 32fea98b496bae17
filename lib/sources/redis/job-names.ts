import { valuesOfEach } from '../../redis/cluster';
import type { Redis } from '../../redis/connection';
import type { JobEvent } from '../source';
import type { NameFacts, RawEvent } from './job-lives';
import type { WatchedQueues } from './watched';

/** Jobs whose name is read in one look, over all queues of a source, and as many a second between the looks. */
const MAX_READS = 500;
/** A job that is removed on finishing may be gone at the next look: Bull's are read this soon after they come to wait. */
const EARLY_MS = 20;
/** Early reads that may be made up for after a quiet time. */
const EARLY_BURST = 100;
const MAX_EARLY = 20_000;
/** Bull's name for jobs that were given none. */
const DEFAULT_NAME = '__default__';
/** After so many jobs in a row without a name of their own, a Bull queue is taken for one that uses no names… */
const UNIFORM_AFTER = 200;
/** …and only every so-many-th of its new jobs is read, to see whether that still holds. */
const SAMPLE_EVERY = 20;
/** A job that says it was made so long before it was heard of was put off (or its producer's clock is wrong). */
const NEW_WITHIN_MS = 10_000;
/** Arrivals of known name that wait for the counter to grow. */
const MAX_PENDING = 5_000;

/** By queue base, then by job id. */
export type NamesRead = Map<string, Map<string, NameFacts>>;

/**
 * What is remembered of one Bull queue. `pending`: arrivals by name that its counter has not shown yet. `highestId`:
 * of the jobs that came to wait so far.
 */
type Memory = { defaultsInARow: number; pending: Map<string, number>; highestId: number | null };

type Wanted = { base: string; ids: string[]; newIds: string[]; isUniform: boolean };

/**
 * Learns the names of jobs that no event has named: all of Bull's, and BullMQ's that were added before we listened.
 * A name is read once in a job's life and within a budget; what could not be read stays unknown.
 */
export class JobNames {
  private readonly memories = new Map<string, Memory>();
  private readonly early: NamesRead = new Map();
  private heard = new Map<string, string[]>();
  private timer: NodeJS.Timeout | null = null;
  private tokens = EARLY_BURST;
  private tokensAt = performance.now();
  private skipped = 0;

  constructor(
    private readonly redis: Redis,
    private readonly queues: WatchedQueues,
  ) {}

  /** A Bull job came to wait: its name is read before it can be gone, if the pace allows. */
  hear(base: string, jobId: string): void {
    const watched = this.queues.get(base);
    if (watched?.kind !== 'bull' || watched.unread !== null || watched.lives.isNamed(jobId)) return;
    if (this.isUniform(base) && this.isNewId(base, jobId) && (this.skipped += 1) % SAMPLE_EVERY !== 0) return;
    const ids = this.heard.get(base);
    if (!ids) this.heard.set(base, [jobId]);
    else if (ids.length < MAX_READS) ids.push(jobId);
    this.timer ??= setTimeout(() => void this.readEarly(), EARLY_MS).unref();
  }

  private async readEarly(): Promise<void> {
    this.timer = null;
    const wanted = [...this.heard].map(([base, ids]) => ({ base, ids }));
    this.heard = new Map();
    const now = performance.now();
    this.tokens = Math.min(EARLY_BURST, this.tokens + ((now - this.tokensAt) / 1000) * MAX_READS);
    this.tokensAt = now;
    if (this.redis.status !== 'ready') return;
    if ([...this.early.values()].reduce((sum, { size }) => sum + size, 0) > MAX_EARLY) this.early.clear();
    const asked = shareOut(wanted, Math.floor(this.tokens));
    this.tokens -= asked.length;
    // What failed is asked again by the look, which also says what is wrong.
    await this.fetch(asked, this.early).catch(() => undefined);
  }

  /** Reads what `raw` leaves unnamed. Changes nothing that a second call with the same events would get wrong. */
  async read(raw: ReadonlyMap<string, readonly RawEvent[]>): Promise<NamesRead> {
    for (const base of this.memories.keys()) if (!this.queues.has(base)) this.forget(base);
    const wanted: Wanted[] = [];
    for (const [base, events] of raw) {
      const queue = this.want(base, events);
      if (queue && queue.ids.length + queue.newIds.length > 0) wanted.push(queue);
    }
    const found: NamesRead = new Map([...raw.keys()].map((base) => [base, new Map(this.early.get(base))]));
    const first = shareOut(
      wanted.map((queue) => ({ base: queue.base, ids: [...queue.ids, ...sampleOf(queue, found.get(queue.base))] })),
      MAX_READS,
    );
    await this.fetch(first, found);
    const broken: { base: string; ids: string[] }[] = [];
    for (const { base, newIds, isUniform } of wanted) {
      if (!isUniform) continue;
      const read = found.get(base) ?? new Map<string, NameFacts>();
      found.set(base, read);
      const rest = newIds.filter((jobId) => !read.has(jobId));
      if ([...read.values()].some(({ name }) => name !== null && name !== DEFAULT_NAME))
        broken.push({ base, ids: rest });
      else for (const jobId of rest) read.set(jobId, { name: DEFAULT_NAME, retriedOn: null, addedAt: null });
    }
    await this.fetch(shareOut(broken, MAX_READS - first.length), found);
    return found;
  }

  /** Remembers what the names of these events say of their Bull queue. Call once for all events, before they are taken. */
  note(base: string, events: readonly RawEvent[], known: ReadonlyMap<string, NameFacts>): void {
    const watched = this.queues.get(base);
    if (watched?.kind !== 'bull') return;
    const memory = this.memory(base);
    const early = this.early.get(base);
    for (const { jobId } of events) early?.delete(jobId);
    let highestId = memory.highestId ?? watched.addedEver;
    for (const [jobId, at] of watched.lives.firsts(events).newcomers) {
      if (highestId !== null && /^\d+$/.test(jobId)) highestId = Math.max(highestId, Number(jobId));
      const facts = known.get(jobId);
      if (!facts || facts.name === null || facts.retriedOn !== null) continue;
      const isNew = facts.addedAt === null ? this.isNewId(base, jobId) : Math.abs(at - facts.addedAt) <= NEW_WITHIN_MS;
      if (isNew && memory.pending.size < MAX_PENDING)
        memory.pending.set(facts.name, Math.min(MAX_PENDING, (memory.pending.get(facts.name) ?? 0) + 1));
    }
    memory.highestId = highestId;
  }

  /** `count` arrivals of a Bull queue, told by its counter, under the names of those that were heard of. */
  arrivals(base: string, at: number, count: number): (JobEvent & { type: 'arrived' })[] {
    const { pending } = this.memory(base);
    const events: (JobEvent & { type: 'arrived' })[] = [];
    let left = count;
    for (const [name, heard] of pending) {
      if (left === 0) break;
      const taken = Math.min(left, heard);
      left -= taken;
      if (taken === heard) pending.delete(name);
      else pending.set(name, heard - taken);
      events.push({ at, name, type: 'arrived', count: taken });
    }
    if (left > 0) events.push({ at, name: null, type: 'arrived', count: left });
    return events;
  }

  private want(base: string, events: readonly RawEvent[]): Wanted | null {
    const watched = this.queues.get(base);
    if (!watched) return null;
    const ids: string[] = [];
    const newIds: string[] = [];
    const early = this.early.get(base);
    const { unnamed, newcomers } = watched.lives.firsts(events);
    // A newcomer that is not new may have been retried by a person: only its hash tells.
    for (const jobId of unnamed)
      if (!early?.has(jobId))
        (watched.kind === 'bull' && newcomers.has(jobId) && this.isNewId(base, jobId) ? newIds : ids).push(jobId);
    return { base, ids, newIds, isUniform: this.isUniform(base) };
  }

  private isUniform(base: string): boolean {
    return (this.memories.get(base)?.defaultsInARow ?? 0) >= UNIFORM_AFTER;
  }

  /** Bull's own ids are its counter's, in the order of adding: one above all that were heard of is of a new job. */
  private isNewId(base: string, jobId: string): boolean {
    const highest = this.memories.get(base)?.highestId ?? null;
    return highest !== null && /^\d+$/.test(jobId) && Number(jobId) > highest;
  }

  private async fetch(asked: readonly { base: string; jobId: string }[], found: NamesRead): Promise<void> {
    if (asked.length === 0) return;
    const replies = await valuesOfEach(
      this.redis,
      asked,
      ({ base }) => base,
      (pipeline, { base, jobId }) => pipeline.hmget(`${base}:${jobId}`, 'name', 'retriedOn', 'timestamp'),
    );
    for (const [index, { base, jobId }] of asked.entries()) {
      const [name, retriedOn, timestamp] = (replies[index]?.[0] ?? []) as (string | null)[];
      let read = found.get(base);
      if (!read) found.set(base, (read = new Map()));
      if (name && this.queues.get(base)?.kind === 'bull') {
        const memory = this.memory(base);
        memory.defaultsInARow = name === DEFAULT_NAME ? memory.defaultsInARow + 1 : 0;
      }
      read.set(jobId, { name: name ? cutName(name) : null, retriedOn: toMs(retriedOn), addedAt: toMs(timestamp) });
    }
  }

  private forget(base: string): void {
    this.memories.delete(base);
    this.early.delete(base);
  }

  private memory(base: string): Memory {
    let memory = this.memories.get(base);
    if (!memory) this.memories.set(base, (memory = { defaultsInARow: 0, pending: new Map(), highestId: null }));
    return memory;
  }
}

const MAX_NAME_LENGTH = 200;

/** A job's name as it is kept, at most 200 characters; a copy, so that a huge one can be let go of. */
export function cutName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  // A cut in the middle of a surrogate pair leaves half of one, which becomes U+FFFD here.
  return Buffer.from(name.slice(0, MAX_NAME_LENGTH), 'utf8').toString('utf8');
}

/** Shares a budget out among queues: those that want little get it all, the others the same each, evenly spread. */
export function shareOut(
  wanted: readonly { base: string; ids: readonly string[] }[],
  budget: number,
): { base: string; jobId: string }[] {
  const modestFirst = [...wanted].sort((a, b) => a.ids.length - b.ids.length);
  const asked: { base: string; jobId: string }[] = [];
  for (const [index, { base, ids }] of modestFirst.entries()) {
    const share = Math.min(ids.length, Math.ceil((budget - asked.length) / (modestFirst.length - index)));
    for (let n = 0; n < share; n += 1) asked.push({ base, jobId: ids[Math.floor((n * ids.length) / share)] as string });
  }
  return asked;
}

function sampleOf({ newIds, isUniform }: Wanted, early: ReadonlyMap<string, NameFacts> | undefined): string[] {
  if (!isUniform) return newIds;
  if ([...(early?.values() ?? [])].some(({ name }) => name !== null)) return [];
  return newIds.filter((_, index) => index % SAMPLE_EVERY === 0 || index === newIds.length - 1);
}

function toMs(text: string | null | undefined): number | null {
  return text == null || !Number.isFinite(Number(text)) ? null : Number(text);
}
