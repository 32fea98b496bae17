import { newSilenceSchema, type NewSilence } from '@/lib/domain/silence';
import { SEVERITIES, type Severity } from '@/lib/domain/verdict';
import { parseDuration } from './rule-fields';

/** A silence as it stands in the form: texts, as they are typed. */
export type SilenceFields = {
  queues: string;
  except: string;
  rules: string;
  upTo: Severity | '';
  reason: string;
  kind: 'once' | 'cron';
  /** Local time, as a date field gives it; empty: now. */
  from: string;
  lasting: string;
  pattern: string;
  timeZone: string;
};

export const emptySilence = (queues: string, rules: string, timeZone: string): SilenceFields => ({
  queues,
  except: '',
  rules,
  upTo: '',
  reason: '',
  kind: 'once',
  from: '',
  lasting: '2h',
  pattern: '0 2 * * 6',
  timeZone,
});

export type SilenceErrors = Partial<Record<keyof SilenceFields, string>>;

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** The silence that the form says, or what is wrong with which field. `now`: ms. */
export function toSilence(
  fields: SilenceFields,
  now: number,
): { silence: NewSilence; errors?: undefined } | { silence?: undefined; errors: SilenceErrors } {
  const { kind, from, lasting, pattern, timeZone } = fields;
  const ms = parseDuration(lasting);
  const start = from === '' ? now : new Date(from).getTime();
  const errors: SilenceErrors = {};
  if (ms === null || ms < 60_000) errors.lasting = 'expected a time such as 30m or 2h';
  if (Number.isNaN(start)) errors.from = 'expected a date and a time';
  const length = ms ?? 0;
  const [except, rules] = [lines(fields.except), lines(fields.rules)];
  const parsed = newSilenceSchema.safeParse({
    queues: lines(fields.queues),
    ...(except.length > 0 ? { except } : {}),
    ...(rules.length > 0 ? { rules } : {}),
    ...(SEVERITIES.find((one) => one === fields.upTo) ? { upTo: fields.upTo } : {}),
    reason: fields.reason,
    window:
      kind === 'once'
        ? { kind, from: Math.round(start || 0), to: Math.round((start || 0) + length) }
        : { kind, pattern: pattern.trim(), minutes: Math.round(length / 60_000), timeZone: timeZone.trim() },
  });
  if (parsed.success && Object.keys(errors).length === 0) return { silence: parsed.data };
  for (const { path, message } of parsed.error?.issues ?? []) errors[fieldOfSilence(path.map(String))] ??= message;
  return { errors };
}

/** The field that a path of the schema is about. */
export function fieldOfSilence([first = '', second = '']: readonly string[]): keyof SilenceFields {
  if (first !== 'window')
    return (['queues', 'except', 'rules', 'upTo', 'reason'] as const).find((one) => one === first) ?? 'reason';
  return (['pattern', 'timeZone', 'from'] as const).find((one) => one === second) ?? 'lasting';
}
