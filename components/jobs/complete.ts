import type { SearchSuggestions } from '@/lib/domain/search';
import { FIELD_KINDS, isSearchField } from '@/lib/search/fields';
import { quoteWord } from '@/lib/search/format-query';
import { splitTerms, type RawTerm } from '@/lib/search/split-terms';

/** Something that can be put in place of what stands between `from` and `to`. `goesOn`: more is to be typed after it. */
export type Completion = { text: string; hint: string; from: number; to: number; goesOn: boolean };

const MAX_SHOWN = 8;

/** What one can write, in the order in which it is offered. */
export const FIELD_HELP: readonly { text: string; hint: string }[] = [
  { text: 'name:', hint: 'job name' },
  { text: 'error:', hint: 'error message' },
  { text: 'data.', hint: 'a value inside the data' },
  { text: 'id:', hint: 'job id' },
  { text: 'stack:', hint: 'stack trace' },
  { text: 'result.', hint: 'a value inside the result' },
  { text: 'attempts>', hint: 'attempts made' },
  { text: 'age<', hint: 'since it was added' },
  { text: 'run>', hint: 'how long it ran' },
  { text: 'wait>', hint: 'how long it waited' },
  { text: 'finished:', hint: 'when it ended' },
  { text: 'priority=', hint: 'priority' },
  { text: 'progress>', hint: 'progress' },
  { text: 'data:', hint: 'anywhere in the data' },
  { text: 'result:', hint: 'anywhere in the result' },
  { text: 'group:', hint: 'failure group' },
];

const DURATIONS = ['1s', '10s', '1m', '10m', '1h', '1d'];
const TIMES = ['1h', '24h', '7d', 'today', 'yesterday'];
const COUNTS = ['1', '2', '3', '5'];

/** What could be meant by the term under the caret. */
export function complete(text: string, caret: number, seen: SearchSuggestions | undefined): Completion[] {
  const before = text.slice(0, caret);
  const last = splitTerms(before).terms.at(-1);
  const term = last?.end === caret && caret > 0 ? last : null;
  const all = term === null ? fields('', caret, caret, seen) : completionsOf(term, caret, seen);
  const written = term === null ? '' : before.slice(all[0]?.from ?? caret);
  return all.filter(({ text: each }) => each !== written).slice(0, MAX_SHOWN);
}

function completionsOf(term: RawTerm, caret: number, seen: SearchSuggestions | undefined): Completion[] {
  const { start, isNegated, name, path, operator, head, value } = term;
  const from = start + (isNegated ? 1 : 0);
  if (name === null || !isSearchField(name)) return term.isQuoted ? [] : fields(head + value, from, caret, seen);
  const at = from + head.length;
  const offer = (values: readonly string[], hint: string): Completion[] =>
    matching(values, value).map((each) => ({ text: quoteWord(each, false), hint, from: at, to: caret, goesOn: false }));
  switch (FIELD_KINDS[name]) {
    case 'text':
      if (name === 'name') return offer(seen?.names ?? [], 'job name');
      return name === 'error' ? offer(seen?.errors ?? [], 'error') : [];
    case 'json': {
      const place = head.slice(0, -operator.length).toLowerCase();
      return path.length === 0
        ? []
        : offer(seen?.paths.find((each) => each.path.toLowerCase() === place)?.values ?? [], 'seen value');
    }
    case 'duration':
      return offer(DURATIONS, 'duration');
    case 'time':
      return offer(TIMES, 'time');
    case 'number':
      return offer(COUNTS, 'number');
    case 'group':
      return [];
  }
}

/** Fields and paths that begin with, or hold, what is typed. */
function fields(typed: string, from: number, to: number, seen: SearchSuggestions | undefined): Completion[] {
  const word = typed.toLowerCase();
  const base = { from, to, goesOn: true };
  const named = FIELD_HELP.filter(({ text }) => text.startsWith(word)).map((each) => ({ ...each, ...base }));
  if (word.length < 2) return named;
  const paths = matching(seen?.paths.map(({ path }) => path) ?? [], word).map((path) => ({
    text: `${path}=`,
    hint:
      seen?.paths
        .find((each) => each.path === path)
        ?.values.slice(0, 3)
        .join(', ') ?? '',
    ...base,
  }));
  // "data." alone leads to the paths that were seen.
  return word.includes('.') && paths.length > 0 ? paths : [...named, ...paths];
}

function matching(values: readonly string[], typed: string): string[] {
  const word = typed.toLowerCase();
  const starts = values.filter((each) => each.toLowerCase().startsWith(word));
  const holds = values.filter((each) => !starts.includes(each) && each.toLowerCase().includes(word));
  return [...starts, ...holds];
}
