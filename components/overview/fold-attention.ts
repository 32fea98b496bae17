import { plural } from '../format/number';
import { compareTrouble, type AttentionItem } from './attention';
import { groupBy } from './group-by';

/** Queues in trouble for the same reason, one line together. */
export type AttentionGroup = Pick<AttentionItem, 'id' | 'severity' | 'since' | 'impact'> & {
  sentence: string;
  items: AttentionItem[];
};
export type AttentionLine = { type: 'one'; item: AttentionItem } | { type: 'group'; group: AttentionGroup };

/** So many queues with one cause are told together; fewer are read faster one by one. */
const LEAST_TO_FOLD = 4;

/** What each verdict says of many queues. */
const OF_MANY: Record<string, string> = {
  'paused-with-backlog': 'are paused while jobs wait',
  'no-workers': 'have jobs that wait and no worker connected',
  'not-starting': 'have waiting jobs and workers, but no job starts',
  stalled: 'have jobs that lost their worker',
  'running-long': 'have jobs that run far longer than usual',
  failing: 'fail many of their jobs',
  'retry-storm': 'spend their workers on attempts that fail',
  'falling-behind': 'get more jobs than they finish',
};

/** The lines of *Needs attention*. `items` are in their order, which the lines keep. */
export function foldAttention(items: readonly AttentionItem[]): AttentionLine[] {
  const byCause = groupBy(items, ({ severity, cause }) => `${severity} ${cause}`);
  const lines = [...byCause.values()].flatMap<AttentionLine>((same) =>
    same.length < LEAST_TO_FOLD
      ? same.map((item) => ({ type: 'one', item }))
      : [{ type: 'group', group: groupOf(same) }],
  );
  return lines.sort((a, b) => compareTrouble(weightOf(a), weightOf(b)));
}

function weightOf(line: AttentionLine) {
  return line.type === 'one' ? line.item : line.group;
}

function groupOf(items: AttentionItem[]): AttentionGroup {
  const [first] = items;
  const { severity = 'info', cause = '', rules = [] } = first ?? {};
  const isAlert = cause.startsWith('alert ');
  return {
    id: `${severity} ${cause}`,
    severity,
    sentence: `${plural(items.length, 'queue')} ${OF_MANY[cause] ?? (isAlert ? `are over the limit of “${rules[0] ?? ''}”` : 'are in the same trouble')}`,
    since: Math.min(...items.map(({ since }) => since)),
    impact: items.reduce((sum, { impact }) => sum + impact, 0),
    items,
  };
}
