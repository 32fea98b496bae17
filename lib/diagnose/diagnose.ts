import type { Queue, Verdict } from '../domain/queue';
import { followBacklog } from './backlog-trend';
import type { Condition, Holds } from './condition';
import { conditionsOf } from './conditions-of';
import { followStarts } from './hidden-workers';
import { NO_MEMORY, type DiagnosisMemory, type Held } from './memory';

export { NO_MEMORY, type DiagnosisMemory };

/** A verdict that was shown stays for this long while the figures behind it are missing. */
const KEEP_UNKNOWN_MS = 120_000;

/**
 * What is wrong with one queue, the deepest cause first. Pure. Call it at every tick for every queue of a source that
 * is up (a source that is down proves nothing about its queues: keep the verdicts that they have), with the memory
 * that the call before returned, `NO_MEMORY` at first. `now`: ms since the epoch, of one clock for all calls.
 */
export function diagnose(
  queue: Queue,
  memory: DiagnosisMemory,
  now: number,
): { verdicts: Verdict[]; memory: DiagnosisMemory } {
  const trend = followBacklog(memory.trend, queue.backlog, now);
  const starts = followStarts(memory.starts, queue, now);
  let next = trend === memory.trend && starts === memory.starts ? memory : { held: memory.held, trend, starts };
  const verdicts: Verdict[] = [];
  let held: Held[] | null = null;
  for (const condition of conditionsOf(queue.kind)) {
    const before = memory.held.length === 0 ? undefined : memory.held.find(({ code }) => code === condition.code);
    const shown = before?.verdict ?? null;
    const holds = condition.holds(queue, next, now, shown);
    if (before === undefined && holds !== 'yes') continue;
    const isExplained = condition.explainedBy.some((code) => verdicts.some((verdict) => verdict.code === code));
    if (isExplained) continue;
    const after =
      holds === 'yes' ? confirm(condition, before, queue, next, now) : outlast(condition, before, holds, now);
    if (after === null) continue;
    (held ??= []).push(after);
    if (after.verdict) verdicts.push(after.verdict);
  }
  if (held !== null || memory.held.length > 0) next = { held: held ?? NO_MEMORY.held, trend, starts };
  return { verdicts, memory: next };
}

function confirm(
  condition: Condition,
  before: Held | undefined,
  queue: Queue,
  memory: DiagnosisMemory,
  now: number,
): Held {
  const shown = before?.verdict ?? null;
  const since = Math.min(before?.since ?? now, now);
  const isDue = shown !== null || now - since >= condition.enterMs;
  const verdict = isDue
    ? { code: condition.code, since, under: [], ...condition.describe(queue, memory, shown, now) }
    : null;
  return { code: condition.code, since, seenAt: now, verdict };
}

function outlast(
  condition: Condition,
  before: Held | undefined,
  holds: Exclude<Holds, 'yes'>,
  now: number,
): Held | null {
  if (!before?.verdict) return null;
  const keepMs = holds === 'unknown' ? KEEP_UNKNOWN_MS : condition.leaveMs;
  return now - before.seenAt < keepMs ? before : null;
}
