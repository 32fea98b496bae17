import type { QueryProblem } from '@/lib/search/split-terms';
import { visibleLine } from '../format/visible-text';

/** What is wrong with a search: the text with the place marked, then the sentence. */
export function QueryProblems({ text, problems }: { text: string; problems: readonly QueryProblem[] }) {
  return problems.slice(0, 3).map(({ position, length, message }) => (
    <p key={`${position} ${message}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 pt-1.5 text-xs">
      <code className="max-w-full truncate text-ink-3">
        {visibleLine(text.slice(Math.max(0, position - 30), position))}
        <mark className="bg-crit-soft text-crit underline decoration-crit decoration-wavy underline-offset-3">
          {visibleLine(text.slice(position, position + length)) || '␣'}
        </mark>
        {visibleLine(text.slice(position + length, position + length + 20))}
      </code>
      <span className="text-crit">{visibleLine(message)}</span>
    </p>
  ));
}
