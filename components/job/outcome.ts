import type { JobAction, JobActionResult } from '@/lib/domain/action';
import { plural } from '../format/number';
import { ACTION_WORDS } from './allowed-actions';

/** What became of an action on several jobs, in words: the sum, then every reason with its ids. */
export type Outcome = {
  tone: 'success' | 'warning' | 'error';
  title: string;
  reasons: { text: string; ids: string[] }[];
};

export function outcomeOf(action: JobAction, results: readonly JobActionResult[]): Outcome {
  const failed = results.filter(({ ok }) => !ok);
  const done = results.length - failed.length;
  const reasons = new Map<string, string[]>();
  for (const { id, code, detail } of failed) {
    const text =
      code === 'already-done'
        ? 'already done by someone else'
        : code === 'not-found'
          ? 'no longer there'
          : (detail ?? code ?? 'refused');
    reasons.set(text, [...(reasons.get(text) ?? []), id]);
  }
  const word = action === 'duplicate' && done === 1 ? 'added again as a new job' : ACTION_WORDS[action].done;
  const title =
    failed.length === 0
      ? `${plural(done, 'job')} ${word}`
      : done === 0
        ? `None of ${plural(results.length, 'job')} ${word}`
        : `${done} of ${plural(results.length, 'job')} ${word}`;
  return {
    tone:
      failed.length === 0
        ? 'success'
        : done === 0 && [...reasons.keys()].some((text) => text !== 'already done by someone else')
          ? 'error'
          : 'warning',
    title,
    reasons: [...reasons].map(([text, ids]) => ({ text, ids })),
  };
}
