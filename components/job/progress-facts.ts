import { isContainer } from '../json/json-rows';

/** What a worker reports in an object: how far it is, 0–100, where that is said, and its other fields. */
export type ProgressFacts = { percent: number | null; rows: { key: string; value: string }[] };

const SHARE = /^(percent(age)?|pct|progress)$/i;
const DONE = /^(current|done|processed|completed|finished|loaded|step|index|count)$/i;
const ALL = /^(total|of|all|max|steps|size)$/i;
const MAX_ROWS = 12;
const MAX_TEXT = 300;

/** A flat object as facts; `null` for one that is better shown as a tree. */
export function progressFacts(value: object): ProgressFacts | null {
  const entries = Object.entries(value) as [string, unknown][];
  if (Array.isArray(value) || entries.length === 0 || entries.length > MAX_ROWS) return null;
  if (entries.some(([, field]) => isContainer(field) || (typeof field === 'string' && field.length > MAX_TEXT)))
    return null;
  return {
    percent: percentOf(entries),
    rows: entries.map(([key, field]) => ({ key, value: typeof field === 'string' ? field : JSON.stringify(field) })),
  };
}

function percentOf(entries: readonly [string, unknown][]): number | null {
  const numberOf = (name: RegExp) => {
    const [, found] = entries.find(([key, field]) => name.test(key) && typeof field === 'number') ?? [];
    return found as number | undefined;
  };
  const share = numberOf(SHARE);
  if (share !== undefined) return share >= 0 && share <= 100 ? share : null;
  const [done, all] = [numberOf(DONE), numberOf(ALL)];
  if (done === undefined || all === undefined || all <= 0 || done < 0 || done > all) return null;
  return Math.round((done / all) * 1_000) / 10;
}
