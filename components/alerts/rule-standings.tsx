'use client';
import type { AlertRule, RuleStateName } from '@/lib/domain/alert-rule';
import { sentenceOf } from '../api/problem';
import { plural } from '../format/number';
import { Chip } from '../ui/chip';
import { JobLine } from '../ui/job-text';
import { metricValue } from './rule-words';
import { useStandings } from './use-rules';

const LOOKS = {
  firing: { tone: 'crit', word: 'firing' },
  pending: { tone: 'warn', word: 'pending' },
  'no-data': { tone: 'info', word: 'no data' },
  ok: { tone: 'plain', word: 'ok' },
} as const satisfies Record<RuleStateName, unknown>;
const SHOWN = 50;

/** Where the rule stands for each queue now: what it covers, and what it would do. */
export function RuleStandings({ rule }: { rule: AlertRule | null }) {
  const { data, error } = useStandings(rule);
  if (rule === null) return null;
  if (error) return <p className="text-xs text-crit">{sentenceOf(error)}</p>;
  if (!data) return <p className="text-xs text-ink-3">Reading …</p>;
  const { total, tally, standings } = data;
  return (
    <details className="rounded-md border border-line-strong">
      <summary className="cursor-pointer px-3 py-2 text-sm">
        Covers <b>{plural(total, 'queue')}</b>
        {total > 0 && (
          <span className="text-ink-2">
            {' '}
            now: {tally.firing} firing, {tally.pending} pending, {tally.noData} without data, {tally.ok} ok
          </span>
        )}
      </summary>
      <ul className="max-h-48 divide-y divide-line overflow-y-auto border-t border-line">
        {standings.slice(0, SHOWN).map(({ queueKey, label, state, value, reason }) => (
          <li key={queueKey} className="flex items-baseline gap-3 px-3 py-1 text-xs">
            <span className="w-16 shrink-0">
              <Chip tone={LOOKS[state].tone}>{LOOKS[state].word}</Chip>
            </span>
            <JobLine className="min-w-0 flex-1 truncate" title>
              {label}
            </JobLine>
            <span className="shrink-0 text-ink-2 tabular-nums">
              {reason ?? (rule.metric && !rule.noData ? metricValue(rule.metric, value) : '')}
            </span>
          </li>
        ))}
        {total > SHOWN && <li className="px-3 py-1 text-xs text-ink-3">and {plural(total - SHOWN, 'more queue')}</li>}
      </ul>
    </details>
  );
}
