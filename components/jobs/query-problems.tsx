import type { QueryProblem } from '@/lib/search/split-terms';
import { visibleLine } from '../format/visible-text';

/** Characters shown around the place. */
const BEFORE = 30;
const AFTER = 20;

/** What is wrong with a search: the text with the place marked, then the sentence. */
export function QueryProblems({ text, problems }: { text: string; problems: readonly QueryProblem[] }) {
  return problems.slice(0, 3).map(({ position, length, message }) => (
    <p key={`${position} ${message}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 pt-1.5 text-xs">
      <code className="max-w-full truncate text-ink-3">
        {position > BEFORE && '…'}
        {visibleLine(text.slice(Math.max(0, position - BEFORE), position))}
        <mark className="bg-crit-soft text-crit underline decoration-crit decoration-wavy underline-offset-3">
          {visibleLine(text.slice(position, position + length)) || '␣'}
        </mark>
        {visibleLine(text.slice(position + length, position + length + AFTER))}
        {text.length > position + length + AFTER && '…'}
      </code>
      <span className="text-crit">{visibleLine(message)}</span>
    </p>
  ));
}
