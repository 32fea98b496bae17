import { schedulerBodySchema, type SchedulerBody, type SchedulerDetail } from '@/lib/domain/scheduler';

/** What the form holds: texts as they are typed. */
export type SchedulerFields = {
  id: string;
  name: string;
  type: 'pattern' | 'every';
  pattern: string;
  tz: string;
  every: string;
  unit: keyof typeof UNIT_MS;
  offsetSeconds: string;
  limit: string;
  startAt: string;
  endAt: string;
  data: string;
  attempts: string;
  priority: string;
  keepCompleted: string;
  keepFailed: string;
};
export type FieldErrors = Partial<Record<keyof SchedulerFields, string>>;

export const UNIT_MS = { ms: 1, seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

export const EMPTY_SCHEDULER: SchedulerFields = {
  id: '',
  name: '',
  type: 'pattern',
  pattern: '',
  tz: '',
  every: '',
  unit: 'minutes',
  offsetSeconds: '',
  limit: '',
  startAt: '',
  endAt: '',
  data: '{}',
  attempts: '',
  priority: '',
  keepCompleted: '',
  keepFailed: '',
};

/** The form for a scheduler that exists. */
export function toFields({ id, form, name, schedule, template }: SchedulerDetail): SchedulerFields {
  const { pattern, everyMs, offsetMs, tz, startAt, endAt, limit } = schedule;
  const unit = (Object.keys(UNIT_MS) as (keyof typeof UNIT_MS)[]).findLast(
    (one) => (everyMs ?? 0) % UNIT_MS[one] === 0,
  );
  const opts = template?.opts ?? {};
  const number = (value: unknown) => (typeof value === 'number' ? String(value) : '');
  return {
    ...EMPTY_SCHEDULER,
    id: form === 'bullmq-scheduler' ? id : '',
    name,
    type: everyMs === null ? 'pattern' : 'every',
    pattern: pattern ?? '',
    tz: tz ?? '',
    every: everyMs === null ? '' : String(everyMs / UNIT_MS[unit ?? 'ms']),
    unit: everyMs === null ? 'minutes' : (unit ?? 'ms'),
    // An interval without one gets it from the library; only one that was given is worth keeping.
    offsetSeconds: offsetMs === null || offsetMs === 0 ? '' : String(offsetMs / 1_000),
    limit: number(limit),
    startAt: toLocal(startAt),
    endAt: toLocal(endAt),
    data: template?.data ?? '',
    attempts: number(opts['attempts']),
    priority: number(opts['priority']),
    keepCompleted: number(opts['removeOnComplete']),
    keepFailed: number(opts['removeOnFail']),
  };
}

/**
 * Checks the form. Errors by field, or a body that the API takes. `before`: the form as it was opened for an edit, of
 * which what is unchanged is not sent.
 */
export function toSchedulerBody(
  fields: SchedulerFields,
  before: SchedulerFields | null,
): { body: SchedulerBody; errors: null } | { body: null; errors: FieldErrors } {
  const errors: FieldErrors = {};
  const whole = (name: keyof SchedulerFields, least: number): number | undefined => {
    const text = fields[name].trim();
    if (text === '') return undefined;
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    errors[name] = `a whole number from ${least} on`;
    return undefined;
  };
  const time = (name: 'startAt' | 'endAt'): number | undefined => {
    if (fields[name] === '') return undefined;
    const at = new Date(fields[name]).getTime();
    if (Number.isNaN(at)) errors[name] = 'not a time';
    return Number.isNaN(at) ? undefined : at;
  };
  const everyMs = Math.round(Number(fields.every) * UNIT_MS[fields.unit]);
  if (fields.type === 'every' && !(everyMs >= 1)) errors.every = 'how long between two runs?';
  if (fields.type === 'pattern' && fields.pattern.trim() === '') errors.pattern = 'when shall it run?';
  const offset =
    fields.type === 'every' && fields.offsetSeconds.trim() !== '' ? Number(fields.offsetSeconds) : undefined;
  if (offset !== undefined && !(offset >= 0)) errors.offsetSeconds = 'seconds, from 0 on';
  const data = parseJson(fields.data);
  const isDataSame = before !== null && fields.data === before.data;
  if (!isDataSame && data === undefined) errors.data = 'not JSON';
  const opts = {
    attempts: whole('attempts', 1),
    priority: whole('priority', 0),
    removeOnComplete: whole('keepCompleted', 0),
    removeOnFail: whole('keepFailed', 0),
  };
  const isOptsSame =
    before !== null &&
    (['attempts', 'priority', 'keepCompleted', 'keepFailed'] as const).every((name) => fields[name] === before[name]);
  const candidate = {
    ...(fields.id.trim() === '' ? {} : { id: fields.id }),
    ...(fields.name.trim() === '' ? {} : { name: fields.name }),
    schedule: defined({
      ...(fields.type === 'pattern'
        ? { pattern: fields.pattern.trim(), tz: fields.tz.trim() || undefined }
        : { everyMs, offsetMs: offset === undefined ? undefined : Math.round(offset * 1_000) }),
      startAt: time('startAt'),
      endAt: time('endAt'),
      limit: whole('limit', 1),
    }),
    ...(isDataSame ? {} : { data }),
    ...(isOptsSame ? {} : { opts: defined(opts) }),
  };
  if (Object.keys(errors).length > 0) return { body: null, errors };
  const parsed = schedulerBodySchema.safeParse(candidate);
  if (parsed.success) return { body: parsed.data, errors: null };
  return {
    body: null,
    errors: Object.fromEntries(parsed.error.issues.map(({ path, message }) => [fieldOf(path.map(String)), message])),
  };
}

/** The field that a path of the API's body is about. */
export function fieldOf(path: readonly string[]): keyof SchedulerFields {
  const last = path.at(-1) ?? '';
  const names: Record<string, keyof SchedulerFields> = {
    everyMs: 'every',
    offsetMs: 'offsetSeconds',
    removeOnComplete: 'keepCompleted',
    removeOnFail: 'keepFailed',
    schedule: 'pattern',
  };
  return names[last] ?? (last in EMPTY_SCHEDULER ? (last as keyof SchedulerFields) : 'pattern');
}

function defined<T extends Record<string, unknown>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** For an input of type `datetime-local`, in the viewer's zone. */
function toLocal(at: number | null): string {
  if (at === null) return '';
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? ''
    : new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
