import { VERDICT_WORDS, verdictCodeSchema } from '@/lib/domain/verdict';
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
    sentence: `${plural(items.length, 'queue')} ${manyWords(cause) ?? (isAlert ? `are over the limit of “${rules[0] ?? ''}”` : 'are in the same trouble')}`,
    since: Math.min(...items.map(({ since }) => since)),
    impact: items.reduce((sum, { impact }) => sum + impact, 0),
    items,
  };
}

function manyWords(cause: string): string | null {
  const code = verdictCodeSchema.safeParse(cause).data;
  return code === undefined ? null : VERDICT_WORDS[code].many;
}
