import { METRIC_INFO } from '@/lib/domain/alert-metrics';
import type { AlertMetric, AlertRule } from '@/lib/domain/alert-rule';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/number';

/** A value of a metric with its unit. */
export function metricValue(metric: AlertMetric, value: number | null): string {
  const { unit } = METRIC_INFO[metric];
  if (unit === 'ms') return formatDuration(value);
  return unit === 'percent' && value !== null ? `${formatCount(Math.round(value * 10) / 10)} %` : formatCount(value);
}

/** The condition of a rule in one line: `backlog above 1,000 for 2 m; ends at 800 or less`. */
export function ruleWords(rule: AlertRule): string {
  const lasting = rule.forSeconds > 0 ? ` for ${formatDuration(rule.forSeconds * 1000)}` : '';
  return `${conditionWords(rule)}${lasting}${endingWords(rule)}`;
}

function conditionWords({ metric, above, below, noData, verdict, notEmptyBy, timeZone }: AlertRule): string {
  if (verdict) {
    const what = verdict.codes ? `verdict ${verdict.codes.join(', ')}` : 'any verdict';
    return verdict.severity === 'info' ? what : `${what} of severity ${verdict.severity} or worse`;
  }
  if (notEmptyBy !== undefined) return `backlog will not be empty by ${notEmptyBy}${timeZone ? ` ${timeZone}` : ''}`;
  if (metric === undefined) return 'nothing';
  const { label } = METRIC_INFO[metric];
  if (noData) return `no data: ${label} cannot be read`;
  return above !== undefined
    ? `${label} above ${metricValue(metric, above)}`
    : `${label} below ${metricValue(metric, below ?? 0)}`;
}

function endingWords({ metric, above, below, clearBelow, clearAbove }: AlertRule): string {
  if (metric === undefined) return '';
  if (clearBelow !== undefined && clearBelow !== above) return `; ends at ${metricValue(metric, clearBelow)} or less`;
  if (clearAbove !== undefined && clearAbove !== below) return `; ends at ${metricValue(metric, clearAbove)} or more`;
  return '';
}
