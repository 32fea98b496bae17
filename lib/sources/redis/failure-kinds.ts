import { fingerprintOf, type Fingerprint } from '../../failures/fingerprint';
import { REASON_CHARS, titleOf } from '../../failures/title';
import type { Redis } from '../../redis/connection';
import { readFailureTexts, type FailureTexts } from './failure-texts';
import { shareOut } from './job-names';
import type { RawEvent } from './job-lives';

/** Hashes read in one look to tell what failures are of, over all queues of a source. */
export const MAX_FAILURE_READS = 300;
/** A message that so many jobs in a row had from one place of the code is taken to come from there… */
const UNIFORM_AFTER = 20;
/** …and is looked at again after this long, should another place say the same. */
const AGAIN_AFTER_MS = 30_000;
/** Messages remembered, over all queues. */
const MAX_REMEMBERED = 5_000;

/** What is known of one message in one queue. `gone`: what it is without a stack, for jobs that left no hash. */
type Memory = { reads: number; readAt: number; kinds: Map<string, Fingerprint>; gone: Fingerprint };

/** Index of an event → its kind, `null` where it could not be told in time. By queue base. */
export type FailureKinds = Map<string, Map<number, Fingerprint | null>>;

type Asked = { base: string; index: number; jobId: string; reason?: string | undefined; memoryKey: string | null };

/**
 * Tells what the failures in a batch of events are of. Events carry the message of a job that failed for good, but
 * neither the stack nor the messages of attempts: those are read, within a budget a look. What all jobs of a message
 * have in common is remembered, so that a flood of one error costs few reads.
 */
export class FailureKindReader {
  private readonly memories = new Map<string, Memory>();

  constructor(private readonly redis: Redis) {}

  /** `attempts`: indexes of the events by which an attempt failed, by queue base. */
  async read(
    raw: ReadonlyMap<string, readonly RawEvent[]>,
    attempts: ReadonlyMap<string, readonly number[]>,
  ): Promise<FailureKinds> {
    const kinds: FailureKinds = new Map();
    const open: Asked[] = [];
    const now = Date.now();
    for (const [base, events] of raw) {
      const ofQueue = new Map<number, Fingerprint | null>();
      for (const [index, { type, jobId, reason }] of events.entries()) {
        if (type === 'stalled-out') ofQueue.set(index, fingerprintOf({ reason: reason ?? STALLED_OUT, stack: null }));
        if (type !== 'failed') continue;
        const memoryKey = reason === undefined ? null : this.remember(base, reason);
        const known = memoryKey === null ? null : this.certain(memoryKey, now);
        ofQueue.set(index, known);
        if (known === null) open.push({ base, index, jobId, reason, memoryKey });
      }
      for (const index of attempts.get(base) ?? []) {
        ofQueue.set(index, null);
        open.push({ base, index, jobId: (events[index] as RawEvent).jobId, memoryKey: null });
      }
      if (ofQueue.size > 0) kinds.set(base, ofQueue);
    }
    const unread = await this.ask(open, kinds, now);
    for (const { base, index, memoryKey } of unread)
      if (memoryKey !== null) kinds.get(base)?.set(index, this.onlyKind(memoryKey));
    return kinds;
  }

  /** Reads what the budget allows, a fair share for each message. Returns what was left. */
  private async ask(open: readonly Asked[], kinds: FailureKinds, now: number): Promise<Asked[]> {
    if (open.length === 0) return [];
    const first = await this.askSome(
      open,
      (key) => (this.isUniform(key) ? UNIFORM_AFTER : Infinity),
      MAX_FAILURE_READS,
      kinds,
      now,
    );
    // Messages that came from more than one place after all: one by one.
    const mixed = first.left.filter(({ memoryKey }) => memoryKey !== null && !this.isUniform(memoryKey));
    const room = MAX_FAILURE_READS - first.asked;
    if (mixed.length === 0 || room <= 0) return first.left;
    const second = await this.askSome(mixed, () => Infinity, room, kinds, now);
    const isMixed = new Set(mixed);
    return [...first.left.filter((asked) => !isMixed.has(asked)), ...second.left];
  }

  private async askSome(
    open: readonly Asked[],
    most: (memoryKey: string) => number,
    budget: number,
    kinds: FailureKinds,
    now: number,
  ): Promise<{ asked: number; left: Asked[] }> {
    const byMessage = new Map<string, Asked[]>();
    for (const asked of open) {
      const key = asked.memoryKey ?? asked.base;
      const list = byMessage.get(key);
      if (list) list.push(asked);
      else byMessage.set(key, [asked]);
    }
    const wanted = [...byMessage].map(([base, list]) => ({ base, ids: spread(list, most(base)) }));
    const chosen = shareOut(wanted, budget).map(
      ({ base, jobId: at }) => (byMessage.get(base) as Asked[])[Number(at)] as Asked,
    );
    const texts = await readFailureTexts(this.redis, chosen);
    for (const [position, asked] of chosen.entries()) {
      const read = texts[position];
      if (read) kinds.get(asked.base)?.set(asked.index, this.kindOf(asked, read, now));
    }
    const isChosen = new Set(chosen);
    return { asked: chosen.length, left: open.filter((asked) => !isChosen.has(asked)) };
  }

  private kindOf({ reason, memoryKey }: Asked, read: FailureTexts, now: number): Fingerprint | null {
    const memory = memoryKey === null ? undefined : this.memories.get(memoryKey);
    if (!read.exists) return memory ? (this.onlyKind(memoryKey as string) ?? memory.gone) : null;
    const kind = fingerprintOf({ reason: reason ?? read.reason, stack: read.stack });
    if (memory) {
      memory.reads += 1;
      memory.readAt = now;
      memory.kinds.set(kind.fingerprint, kind);
    }
    return kind;
  }

  private remember(base: string, reason: string): string {
    const key = `${base} ${titleOf(reason)}`;
    if (!this.memories.has(key)) {
      if (this.memories.size >= MAX_REMEMBERED) this.memories.delete(this.memories.keys().next().value as string);
      this.memories.set(key, { reads: 0, readAt: 0, kinds: new Map(), gone: fingerprintOf({ reason, stack: null }) });
    }
    return key;
  }

  private certain(key: string, now: number): Fingerprint | null {
    const memory = this.memories.get(key);
    if (!memory || memory.reads < UNIFORM_AFTER || now - memory.readAt >= AGAIN_AFTER_MS) return null;
    return this.onlyKind(key);
  }

  private isUniform(key: string): boolean {
    return (this.memories.get(key)?.kinds.size ?? 0) <= 1 && this.memories.has(key);
  }

  /** The kind of a message that was only ever seen from one place. */
  private onlyKind(key: string): Fingerprint | null {
    const { kinds, reads } = this.memories.get(key) ?? {};
    return reads && kinds?.size === 1 ? (kinds.values().next().value ?? null) : null;
  }
}

/** Positions of at most `most` of a list, spread so that what comes every so-many-th is met too. */
function spread(list: readonly unknown[], most: number): string[] {
  if (list.length <= most) return list.map((_, at) => String(at));
  const positions = new Set<number>();
  for (let step = 0; positions.size < most; step += 1) positions.add(Math.floor(((step * GOLDEN) % 1) * list.length));
  return [...positions].map(String);
}

/** Multiples of it fall evenly into every period. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

const STALLED_OUT = 'job stalled more than allowable limit';

/** So much of a message as tells its kind; a copy, so that a huge one can be let go of. */
export function cutReason(reason: string): string {
  return reason.length <= REASON_CHARS ? reason : Buffer.from(reason.slice(0, REASON_CHARS), 'utf8').toString('utf8');
}
