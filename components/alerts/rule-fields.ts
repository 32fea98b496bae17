import { METRIC_INFO } from '@/lib/domain/alert-metrics';
import { alertRuleSchema, type AlertMetric, type AlertRule } from '@/lib/domain/alert-rule';
import { SEVERITIES, type Severity, type VerdictCode } from '@/lib/domain/verdict';

export type RuleKind = 'metric' | 'noData' | 'verdict' | 'forecast';

/** A rule as it stands in the form: texts, as they are typed. */
export type RuleFields = {
  name: string;
  queues: string;
  except: string;
  kind: RuleKind;
  metric: AlertMetric;
  bound: 'above' | 'below';
  threshold: string;
  clear: string;
  codes: readonly VerdictCode[];
  verdictSeverity: Severity;
  notEmptyBy: string;
  timeZone: string;
  lasting: string;
  severity: Severity;
  channels: string;
  escalateAfter: string;
  escalateSeverity: Severity | '';
  escalateChannels: string;
  note: string;
  enabled: boolean;
};

export const EMPTY_RULE: RuleFields = {
  name: '',
  queues: '*',
  except: '',
  kind: 'metric',
  metric: 'backlog',
  bound: 'above',
  threshold: '1000',
  clear: '',
  codes: [],
  verdictSeverity: 'warning',
  notEmptyBy: '06:00',
  timeZone: '',
  lasting: '1m',
  severity: 'warning',
  channels: '',
  escalateAfter: '',
  escalateSeverity: '',
  escalateChannels: '',
  note: '',
  enabled: true,
};

export type RuleErrors = Partial<Record<keyof RuleFields, string>>;

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `1h 30m`, `250 ms`, or a bare number of seconds, in ms; `null` for what is no duration. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1_000;
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== trimmed) return null;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
}

/** The exact form of `parseDuration`. */
export function durationField(ms: number): string {
  if (ms === 0) return '0s';
  const unit = (['d', 'h', 'm', 's'] as const).find((one) => ms % UNITS[one] === 0);
  return unit ? `${ms / UNITS[unit]}${unit}` : `${ms}ms`;
}

function valueField(metric: AlertMetric, value: number | undefined): string {
  if (value === undefined) return '';
  return METRIC_INFO[metric].unit === 'ms' ? durationField(value) : String(value);
}

/** A rule as texts for the form. */
export function toFields(rule: AlertRule): RuleFields {
  const metric = rule.metric ?? 'backlog';
  const { escalate } = rule;
  return {
    name: rule.name,
    queues: [rule.queues].flat().join('\n'),
    except: (rule.except ?? []).join('\n'),
    kind: rule.verdict ? 'verdict' : rule.notEmptyBy !== undefined ? 'forecast' : rule.noData ? 'noData' : 'metric',
    metric,
    bound: rule.below !== undefined ? 'below' : 'above',
    threshold: valueField(metric, rule.above ?? rule.below),
    clear: valueField(metric, rule.clearBelow ?? rule.clearAbove),
    codes: rule.verdict?.codes ?? [],
    verdictSeverity: rule.verdict?.severity ?? 'warning',
    notEmptyBy: rule.notEmptyBy ?? '06:00',
    timeZone: rule.timeZone ?? '',
    lasting: durationField(rule.forSeconds * 1_000),
    severity: rule.severity,
    channels: (rule.channels ?? []).join(', '),
    escalateAfter: escalate ? String(escalate.afterMinutes) : '',
    escalateSeverity: escalate?.severity ?? '',
    escalateChannels: (escalate?.channels ?? []).join(', '),
    note: rule.note ?? '',
    enabled: rule.enabled !== false,
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/** The rule that the form says, or what is wrong with which field. */
export function toRule(
  fields: RuleFields,
): { rule: AlertRule; errors?: undefined } | { rule?: undefined; errors: RuleErrors } {
  const errors: RuleErrors = {};
  const isTime = METRIC_INFO[fields.metric].unit === 'ms';
  const value = (name: 'threshold' | 'clear'): number | undefined => {
    const text = fields[name].trim();
    if (text === '' && name === 'clear') return undefined;
    const found = isTime ? parseDuration(text) : text === '' ? null : Number(text.replaceAll(',', ''));
    if (found !== null && Number.isFinite(found)) return found;
    errors[name] = isTime ? 'expected a time such as 90s, 5m or 1h 30m' : 'expected a number';
    return undefined;
  };
  const lasting = parseDuration(fields.lasting === '' ? '0s' : fields.lasting);
  if (lasting === null) errors.lasting = 'expected a time such as 90s, 5m or 1h 30m';
  const queues = lines(fields.queues);
  const except = lines(fields.except);
  const candidate = {
    name: fields.name,
    queues: queues.length === 1 ? queues[0] : queues.length === 0 ? '*' : queues,
    ...(except.length > 0 ? { except } : {}),
    ...watched(fields, value),
    forSeconds: (lasting ?? 0) / 1_000,
    severity: fields.severity,
    ...(names(fields.channels).length > 0 ? { channels: names(fields.channels) } : {}),
    ...escalation(fields),
    ...(fields.note.trim() === '' ? {} : { note: fields.note.trim() }),
    ...(fields.enabled ? {} : { enabled: false }),
  };
  const parsed = alertRuleSchema.safeParse(candidate);
  if (parsed.success && Object.keys(errors).length === 0) return { rule: parsed.data };
  for (const issue of parsed.error?.issues ?? []) errors[fieldOf(issue.path.map(String))] ??= issue.message;
  return { errors };
}

function watched(fields: RuleFields, value: (name: 'threshold' | 'clear') => number | undefined): Partial<AlertRule> {
  const { kind, metric, bound, codes, verdictSeverity, notEmptyBy, timeZone } = fields;
  if (kind === 'noData') return { metric, noData: true };
  if (kind === 'verdict')
    return { verdict: { severity: verdictSeverity, ...(codes.length > 0 ? { codes: [...codes] } : {}) } };
  if (kind === 'forecast') return { notEmptyBy, ...(timeZone.trim() === '' ? {} : { timeZone: timeZone.trim() }) };
  const limit = value('threshold') ?? 0;
  const clear = value('clear');
  if (bound === 'above') return { metric, above: limit, ...(clear === undefined ? {} : { clearBelow: clear }) };
  return { metric, below: limit, ...(clear === undefined ? {} : { clearAbove: clear }) };
}

function escalation({ escalateAfter, escalateSeverity, escalateChannels }: RuleFields): Partial<AlertRule> {
  if (escalateAfter.trim() === '') return {};
  const severity = SEVERITIES.find((one) => one === escalateSeverity);
  const channels = names(escalateChannels);
  return {
    escalate: {
      afterMinutes: Number(escalateAfter),
      ...(severity ? { severity } : {}),
      ...(channels.length > 0 ? { channels } : {}),
    },
  };
}

/** The field that a path of the rule's schema is about. */
export function fieldOf([first = '', second = '']: readonly string[]): keyof RuleFields {
  const name = first === 'rule' ? second : first;
  switch (name) {
    case 'above':
    case 'below':
      return 'threshold';
    case 'clearBelow':
    case 'clearAbove':
      return 'clear';
    case 'forSeconds':
      return 'lasting';
    case 'verdict':
      return 'codes';
    case 'escalate':
      return 'escalateAfter';
    default:
      return name in EMPTY_RULE ? (name as keyof RuleFields) : 'name';
  }
}
