import type { Redis } from '../../redis/connection';
import { isForbidden } from './broker-facts';
import { encodeCursor, readIds, type JobSet } from './job-sets';
import type { ScanPosition } from './scan-cursor';
import type { ScanProgram } from './scan-program';
import { SCAN_SCRIPT } from './scan-script';

/** A job that matches, or may: `isSure` is false where only a closer look can tell. */
export type Candidate = { id: string; score: number | null; isSure: boolean };
export type Chunk = { candidates: Candidate[]; seen: number; of: number; position: ScanPosition | null };

/** What stays the same in all chunks of a search. `now`: ms, what ages are counted from. Scores bound sets of finished jobs. */
export type ChunkRequest = {
  base: string;
  set: JobSet;
  isActive: boolean;
  order: 'newest' | 'oldest';
  program: ScanProgram;
  minScore: string;
  maxScore: string;
  now: number;
};

/** Broker's time for one chunk: below the 5 ms that others may wait, by what the last steps may add. */
const BUDGET_US = 3_500;
/** Fields up to this size are searched inside the script. */
export const SCRIPT_FIELD_BYTES = 256 * 1024;
const FIRST_COUNT = 500;
const MAX_COUNT = 4_000;
/** Ids remembered of a list: one of them is still there, unless all were taken. */
const ANCHORS = 16;
/** How far around its place the last job of a list is looked for. */
const WINDOW = 5_000;
const PLAIN_COUNT = 200;

const withoutScripts = new WeakSet<Redis>();

/** Reads a state chunk by chunk, by a script where the broker allows scripts. */
export class ChunkReader {
  private count = FIRST_COUNT;

  constructor(
    private readonly redis: Redis,
    private readonly request: ChunkRequest,
  ) {}

  async read(position: ScanPosition | null, maxHits: number): Promise<Chunk> {
    if (!withoutScripts.has(this.redis)) {
      try {
        return await this.readByScript(position, maxHits);
      } catch (error) {
        if (!isForbidden(error)) throw error;
        withoutScripts.add(this.redis);
      }
    }
    return this.readPlainly(position, maxHits);
  }

  private async readByScript(position: ScanPosition | null, maxHits: number): Promise<Chunk> {
    const { base, set, order, isActive, program, minScore, maxScore, now } = this.request;
    const request = {
      list: set.type === 'list',
      newest: order === 'newest',
      skip: position?.type === 'list' ? position.skip : 0,
      window: WINDOW,
      anchors: ANCHORS,
      min: minScore,
      max: maxScore,
      scoreIsFinish: set.type === 'zset' && set.score === 'finishedOn',
      active: isActive,
      now,
      limit: SCRIPT_FIELD_BYTES,
      count: this.count,
      maxHits,
      budgetUs: BUDGET_US,
      ...program,
    };
    const place = position === null ? [] : position.type === 'zset' ? [position.score, position.member] : position.last;
    const began = performance.now();
    const reply = await scanScript(this.redis)(1, `${base}:${set.key}`, `${base}:`, JSON.stringify(request), ...place);
    const [of, seen, isEnd, microseconds, score, member, skip, last, flat] = reply as Reply;
    this.adapt(seen, microseconds > 0 ? microseconds : (performance.now() - began) * 1000, isEnd === 1);
    const next: ScanPosition | null =
      isEnd === 1 || (seen === 0 && position === null)
        ? null
        : set.type === 'list'
          ? { type: 'list', skip, last }
          : { type: 'zset', score, member };
    return { candidates: toCandidates(flat, set), seen, of, position: seen === 0 ? null : next };
  }

  /** Brokers that freeze the clock inside scripts cannot stop one in time: the count of jobs keeps it short. */
  private adapt(seen: number, microseconds: number, isEnd: boolean): void {
    if (isEnd || seen === 0 || microseconds <= 0) return;
    const fitting = Math.floor((seen * BUDGET_US) / microseconds);
    this.count = Math.max(16, Math.min(MAX_COUNT, fitting, this.count * 2));
  }

  private async readPlainly(position: ScanPosition | null, maxHits: number): Promise<Chunk> {
    const { base, set, order, minScore, maxScore } = this.request;
    const start: ScanPosition | null =
      position ??
      (set.type === 'list'
        ? null
        : order === 'newest' && maxScore !== '+inf'
          ? { type: 'zset', score: String(Number(maxScore) + 1), member: '' }
          : order === 'oldest' && minScore !== '-inf'
            ? { type: 'zset', score: String(Number(minScore) - 1), member: '\uffff' }
            : null);
    const cursor =
      start === null ? null : encodeCursor(start.type === 'list' ? { type: 'list', skip: start.skip } : start);
    const limit = Math.min(PLAIN_COUNT, maxHits);
    const { entries, nextCursor, total } = await readIds(this.redis, base, set, order, cursor, limit);
    const inside = entries.filter(
      ({ score }) => score === null || (score >= toBound(minScore) && score <= toBound(maxScore)),
    );
    const last = inside.at(-1);
    const isEnd = nextCursor === null || inside.length < entries.length || last === undefined;
    const skip = (start?.type === 'list' ? start.skip : 0) + entries.length;
    return {
      candidates: inside.map((entry) => ({ ...entry, isSure: this.request.program.conditions.length === 0 })),
      seen: inside.length,
      of: total,
      position: isEnd
        ? null
        : set.type === 'list'
          ? { type: 'list', skip, last: [] }
          : { type: 'zset', score: String(last.score), member: last.id },
    };
  }
}

type Reply = [
  of: number,
  seen: number,
  isEnd: 0 | 1,
  microseconds: number,
  score: string,
  member: string,
  skip: number,
  last: string[],
  hits: (string | number)[],
];

function toCandidates(flat: readonly (string | number)[], set: JobSet): Candidate[] {
  const candidates: Candidate[] = [];
  for (let at = 0; at + 2 < flat.length; at += 3)
    candidates.push({
      id: String(flat[at]),
      score: set.type === 'zset' ? Number(flat[at + 1]) : null,
      isSure: flat[at + 2] === 1,
    });
  return candidates;
}

function toBound(score: string): number {
  return score === '-inf' ? -Infinity : score === '+inf' ? Infinity : Number(score);
}

type ScriptCall = (keyCount: number, ...args: string[]) => Promise<unknown>;

/** ioredis sends EVALSHA, and the text only when the server does not know it. */
function scanScript(redis: Redis): ScriptCall {
  const withScript = redis as Redis & { tailbackScan?: ScriptCall };
  if (!withScript.tailbackScan) redis.defineCommand('tailbackScan', { lua: SCAN_SCRIPT });
  return (keyCount, ...args) => (withScript.tailbackScan as ScriptCall).call(redis, keyCount, ...args);
}
