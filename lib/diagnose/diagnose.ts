import type { Forecast } from '../domain/forecast';
import { SEVERITIES, type Verdict } from '../domain/verdict';
import type { Condition, Holds, Situation } from './condition';
import { conditionsOf } from './conditions-of';
import { forecastOf } from './forecast';
import type { Look } from './look';
import { follow } from './follow';
import { NO_MEMORY, type DiagnosisMemory, type Held } from './memory';
import { pressureOf } from './pressure';

export { NO_MEMORY, type DiagnosisMemory };

/** A verdict that was shown stays for this long while the figures behind it are missing. */
const KEEP_UNKNOWN_MS = 60_000;

/**
 * What is wrong with one queue, the worst first, and whether it keeps up. Pure but for `look.recent`, which is only
 * read. Call it at every tick for every queue of a source that is up (a source that is down proves nothing about its
 * queues: keep the verdicts that they have), with the memory that the call before returned, `NO_MEMORY` at first.
 */
export function diagnose(
  look: Look,
  memory: DiagnosisMemory,
): { verdicts: Verdict[]; forecast: Forecast; memory: DiagnosisMemory } {
  const followed = follow(memory, look);
  const pressure = pressureOf(look, followed.capacity);
  const held: Held[] = [];
  // One object for all conditions: there may be thousands of queues a second.
  const situation: Situation = { ...look, memory: followed, pressure, held: null };
  const isResting = memory.held.length === 0 && pressure.backlog === 0 && look.recent.isQuiet(look.now);
  for (const condition of conditionsOf(look.queue.kind, isResting)) {
    const before = memory.held.length === 0 ? null : (memory.held.find(({ code }) => code === condition.code) ?? null);
    situation.held = before;
    const holds = condition.holds(situation);
    if (before === null && holds !== 'yes') continue;
    const after = holds === 'yes' ? confirm(condition, situation) : outlast(condition, before, holds, look.now);
    if (after !== null) held.push(after);
  }
  const isSame = held.length === 0 && memory.held.length === 0;
  const next = isSame ? followed : { ...followed, held };
  return {
    verdicts: ranked(held, conditionsOf(look.queue.kind)),
    forecast: forecastOf(look, followed, pressure),
    memory: next,
  };
}

/** The worst first, of equal ones the deepest cause; what a shown cause explains is told beneath it. */
function ranked(held: readonly Held[], conditions: readonly Condition[]): Verdict[] {
  const shown = held.flatMap(({ verdict }) => verdict ?? []);
  if (shown.length === 0) return [];
  const causeOf = new Map<string, string>();
  for (const { code } of shown) {
    const condition = conditions.find((one) => one.code === code);
    const cause = shown.find((other) => other.code !== code && condition?.explainedBy.some((by) => by === other.code));
    if (cause) causeOf.set(code, cause.code);
  }
  // Of a chain of causes the deepest has them all.
  const rootOf = (code: string): string => {
    const seen = new Set<string>();
    let root = code;
    for (let cause = causeOf.get(root); cause !== undefined && !seen.has(cause); cause = causeOf.get(root)) {
      seen.add(root);
      root = cause;
    }
    return root;
  };
  const order = (verdict: Verdict) => SEVERITIES.indexOf(verdict.severity);
  return shown
    .filter(({ code }) => rootOf(code) === code)
    .map((verdict) => ({
      ...verdict,
      under: shown
        .filter(({ code }) => code !== verdict.code && rootOf(code) === verdict.code)
        .map(({ code, severity, since, sentence }) => ({ code, severity, since, sentence })),
    }))
    .sort((a, b) => order(b) - order(a));
}

function confirm(condition: Condition, situation: Situation): Held {
  const { held: before, now } = situation;
  const since = Math.min(before?.since ?? now, now);
  const anchor = before === null ? (condition.anchor?.(situation) ?? null) : before.anchor;
  const isDue = before?.verdict != null || now - since >= condition.enterMs;
  const withAnchor = {
    ...situation,
    held: { code: condition.code, since, seenAt: now, anchor, verdict: before?.verdict ?? null },
  };
  if (!isDue) return { code: condition.code, since, seenAt: now, anchor, verdict: null };
  const began = before?.verdict?.since ?? Math.min(since, condition.began?.(situation) ?? since);
  const { severity, sentence, evidence, actions } = condition.describe(withAnchor);
  const verdict: Verdict = { code: condition.code, since: began, severity, sentence, evidence, actions, under: [] };
  return { code: condition.code, since, seenAt: now, anchor, verdict };
}

function outlast(condition: Condition, before: Held | null, holds: Exclude<Holds, 'yes'>, now: number): Held | null {
  if (!before?.verdict) return null;
  const keepMs = holds === 'unknown' ? Math.max(condition.leaveMs, KEEP_UNKNOWN_MS) : condition.leaveMs;
  return now - before.seenAt < keepMs ? before : null;
}
