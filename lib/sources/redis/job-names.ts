import type { Redis } from 'ioredis';
import type { JobEvent } from '../source';
import type { NameFacts, RawEvent } from './job-lives';
import { results } from './job-sets';
import type { WatchedQueues } from './watched';

/** Jobs whose name is read in one look, over all queues of a source. */
const MAX_READS = 500;
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

/** What is remembered of one Bull queue: `pending` are arrivals by name that its counter has not shown yet. */
type Memory = { defaultsInARow: number; pending: Map<string, number> };

type Wanted = { base: string; ids: string[]; newIds: string[]; isUniform: boolean };

/**
 * Learns the names of jobs that no event has named: all of Bull's, and BullMQ's that were added before we listened.
 * A name is read once in a job's life and within a budget; what could not be read stays unknown.
 */
export class JobNames {
  private readonly memories = new Map<string, Memory>();

  constructor(
    private readonly redis: Redis,
    private readonly queues: WatchedQueues,
  ) {}

  /** Reads what `raw` leaves unnamed. Changes nothing that a second call with the same events would get wrong. */
  async read(raw: ReadonlyMap<string, readonly RawEvent[]>): Promise<NamesRead> {
    for (const base of this.memories.keys()) if (!this.queues.has(base)) this.memories.delete(base);
    const wanted: Wanted[] = [];
    for (const [base, events] of raw) {
      const queue = this.want(base, events);
      if (queue && queue.ids.length + queue.newIds.length > 0) wanted.push(queue);
    }
    const found: NamesRead = new Map();
    await this.fetch(
      wanted.map((queue) => ({ base: queue.base, ids: [...queue.ids, ...sampleOf(queue)] })),
      found,
    );
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
    await this.fetch(broken, found);
    return found;
  }

  /** Remembers what the names of these events say of their Bull queue. Call once for all events, before they are taken. */
  note(base: string, events: readonly RawEvent[], known: ReadonlyMap<string, NameFacts>): void {
    const watched = this.queues.get(base);
    if (watched?.kind !== 'bull') return;
    const memory = this.memory(base);
    for (const { name } of known.values())
      if (name !== null) memory.defaultsInARow = name === DEFAULT_NAME ? memory.defaultsInARow + 1 : 0;
    for (const [jobId, at] of watched.lives.firsts(events).newcomers) {
      const facts = known.get(jobId);
      if (!facts || facts.name === null || facts.retriedOn !== null) continue;
      const isNew = facts.addedAt === null ? this.isNewId(base, jobId) : Math.abs(at - facts.addedAt) <= NEW_WITHIN_MS;
      if (isNew && memory.pending.size < MAX_PENDING)
        memory.pending.set(facts.name, Math.min(MAX_PENDING, (memory.pending.get(facts.name) ?? 0) + 1));
    }
  }

  /** `count` arrivals of a Bull queue, told by its counter, under the names of those that were heard of. */
  arrivals(base: string, at: number, count: number): JobEvent[] {
    const { pending } = this.memory(base);
    const events: JobEvent[] = [];
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
    const isUniform = watched.kind === 'bull' && (this.memories.get(base)?.defaultsInARow ?? 0) >= UNIFORM_AFTER;
    const { unnamed, newcomers } = watched.lives.firsts(events);
    // A newcomer that is not new may have been retried by a person: only its hash tells.
    for (const jobId of unnamed)
      (watched.kind === 'bull' && newcomers.has(jobId) && this.isNewId(base, jobId) ? newIds : ids).push(jobId);
    return { base, ids, newIds, isUniform };
  }

  /** Bull's own ids are its counter's: those above its last known value are of jobs added since. */
  private isNewId(base: string, jobId: string): boolean {
    const addedEver = this.queues.get(base)?.addedEver ?? null;
    return addedEver !== null && /^\d+$/.test(jobId) && Number(jobId) > addedEver;
  }

  private async fetch(wanted: readonly { base: string; ids: string[] }[], found: NamesRead): Promise<void> {
    const spent = [...found.values()].reduce((sum, { size }) => sum + size, 0);
    const asked = shareOut(wanted, Math.max(0, MAX_READS - spent));
    if (asked.length === 0) return;
    const pipeline = this.redis.pipeline();
    for (const { base, jobId } of asked) pipeline.hmget(`${base}:${jobId}`, 'name', 'retriedOn', 'timestamp');
    const replies = (await results(pipeline)) as (string | null)[][];
    for (const [index, { base, jobId }] of asked.entries()) {
      const [name, retriedOn, timestamp] = replies[index] ?? [];
      let read = found.get(base);
      if (!read) found.set(base, (read = new Map()));
      read.set(jobId, { name: name ? cutName(name) : null, retriedOn: toMs(retriedOn), addedAt: toMs(timestamp) });
    }
  }

  private memory(base: string): Memory {
    let memory = this.memories.get(base);
    if (!memory) this.memories.set(base, (memory = { defaultsInARow: 0, pending: new Map() }));
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

function sampleOf({ newIds, isUniform }: Wanted): string[] {
  if (!isUniform) return newIds;
  return newIds.filter((_, index) => index % SAMPLE_EVERY === 0 || index === newIds.length - 1);
}

function toMs(text: string | null | undefined): number | null {
  return text == null || !Number.isFinite(Number(text)) ? null : Number(text);
}
