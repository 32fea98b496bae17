import { followCapacity } from './capacity';
import { followStarts } from './hidden-workers';
import type { Look } from './look';
import type { DiagnosisMemory, Eldest, KeptSets, LimiterLooks } from './memory';

/** Ages are whole readings apart: a job's time of coming is the same within this. */
const SAME_JOB_MS = 2_500;
const SETS_EVERY_MS = 5_000;
const SETS_KEPT_MS = 60_000;
const LIMITER_LOOKS = 4;

/** The memory with what this look adds; the same object when it adds nothing. */
export function follow(memory: DiagnosisMemory, look: Look): DiagnosisMemory {
  const { queue, now } = look;
  const next: DiagnosisMemory = {
    held: memory.held,
    starts: followStarts(memory.starts, queue, now),
    capacity: followCapacity(memory.capacity, queue, now),
    eldest: followEldest(memory.eldest, look),
    sets: followSets(memory.sets, look),
    limiter: followLimiter(memory.limiter, look),
  };
  const isSame = (Object.keys(next) as (keyof DiagnosisMemory)[]).every((key) => next[key] === memory[key]);
  return isSame ? memory : next;
}

function followEldest(before: Eldest | null, { queue, now }: Look): Eldest | null {
  if (queue.oldestWaitingMs === null || queue.backlog === 0) return null;
  const cameAt = queue.readAt - queue.oldestWaitingMs;
  if (before !== null && Math.abs(before.cameAt - cameAt) < SAME_JOB_MS) return before;
  return { cameAt, seenFrom: now };
}

function followSets(before: readonly KeptSets[], { queue: { counts }, now }: Look): readonly KeptSets[] {
  const last = before.at(-1);
  if (last && now - last.at < SETS_EVERY_MS) return before;
  const { completed, failed } = counts;
  if (completed === null || failed === null || completed + failed === 0) return before.length === 0 ? before : [];
  return [...before.filter(({ at }) => now - at < SETS_KEPT_MS), { at: now, completed, failed }];
}

function followLimiter(before: LimiterLooks | null, { probe }: Look): LimiterLooks | null {
  if (probe === null || before?.at === probe.at) return before;
  if (probe.limiter === null && (before === null || before.started.every((started) => started === null))) return null;
  const started = [...(before?.started ?? []), probe.limiter?.started ?? null].slice(-LIMITER_LOOKS);
  return { at: probe.at, started };
}
