import { addJobBodySchema, type AddJobBody, type KeepRule } from '@/lib/domain/action';
import type { SchedulerFields } from '../schedulers/scheduler-body';
import { keptOptions } from './job-code';

export const KEEP_MODES = ['default', 'all', 'none', 'count', 'hours', 'both'] as const;
export type KeepMode = (typeof KEEP_MODES)[number];

/** What the dialog's fields hold: text, as typed. */
export type AddJobFields = {
  name: string;
  data: string;
  jobId: string;
  priority: string;
  delaySeconds: string;
  /** `datetime-local` value, in the viewer's zone. */
  runAt: string;
  attempts: string;
  backoffType: 'none' | 'fixed' | 'exponential';
  backoffSeconds: string;
  isFirst: boolean;
  /** What becomes of the job when it has ended; how many of the newest are kept, and for how many hours. */
  completedMode: KeepMode;
  completedAmount: string;
  completedHours: string;
  failedMode: KeepMode;
  failedAmount: string;
  failedHours: string;
};

export const EMPTY_FIELDS: AddJobFields = {
  name: '',
  data: '{\n  \n}',
  jobId: '',
  priority: '',
  delaySeconds: '',
  runAt: '',
  attempts: '',
  backoffType: 'none',
  backoffSeconds: '2',
  isFirst: false,
  completedMode: 'default',
  completedAmount: '1000',
  completedHours: '24',
  failedMode: 'default',
  failedAmount: '1000',
  failedHours: '24',
};

type NumberField =
  | 'priority'
  | 'attempts'
  | 'delaySeconds'
  | 'backoffSeconds'
  | 'completedAmount'
  | 'completedHours'
  | 'failedAmount'
  | 'failedHours';
export type FieldErrors = Partial<Record<keyof AddJobFields, string>>;

/** The request body of what was typed, or what is wrong with which field. */
export function toAddJobBody(
  fields: AddJobFields,
): { body: AddJobBody; errors: null } | { body: null; errors: FieldErrors } {
  const errors: FieldErrors = {};
  let data: unknown;
  try {
    data = JSON.parse(fields.data);
  } catch (error) {
    errors.data = `Not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const number = (field: NumberField, scale = 1): number | undefined => {
    const text = fields[field].trim();
    if (text === '') return undefined;
    const value = Number(text);
    if (Number.isFinite(value) && value >= 0) return Math.round(value * scale);
    errors[field] = 'A number of zero or more';
    return undefined;
  };
  const runAt = fields.runAt === '' ? undefined : new Date(fields.runAt).getTime();
  if (runAt !== undefined && Number.isNaN(runAt)) errors.runAt = 'Not a date and time';
  const backoffMs = fields.backoffType === 'none' ? undefined : (number('backoffSeconds', 1000) ?? 0);
  const opts = {
    jobId: fields.jobId.trim() || undefined,
    priority: number('priority'),
    delay: number('delaySeconds', 1000),
    runAt,
    attempts: number('attempts'),
    backoff:
      backoffMs === undefined || fields.backoffType === 'none'
        ? undefined
        : { type: fields.backoffType, delay: backoffMs },
    lifo: fields.isFirst || undefined,
    removeOnComplete: keepRule(
      fields.completedMode,
      () => number('completedAmount'),
      () => number('completedHours', 3_600),
    ),
    removeOnFail: keepRule(
      fields.failedMode,
      () => number('failedAmount'),
      () => number('failedHours', 3_600),
    ),
  };
  if (Object.keys(errors).length > 0) return { body: null, errors };
  const parsed = addJobBodySchema.safeParse({ name: fields.name.trim() || undefined, data, opts });
  if (parsed.success) return { body: parsed.data, errors: null };
  for (const { path, message } of parsed.error.issues) errors[fieldOf(path)] ??= message;
  return { body: null, errors };
}

/** The libraries count ages in seconds. */
function keepRule(
  mode: KeepMode,
  count: () => number | undefined,
  age: () => number | undefined,
): KeepRule | undefined {
  switch (mode) {
    case 'default':
      return undefined;
    case 'all':
      return false;
    case 'none':
      return true;
    case 'count':
      return count() ?? 0;
    case 'hours':
      return { age: age() ?? 0 };
    case 'both':
      return { count: count() ?? 0, age: age() ?? 0 };
  }
}

/** Fields filled in from a job that there is; its id, delay and schedule are its own. */
export function fieldsLike(name: string | null, data: string, options: string | null): AddJobFields {
  const { priority, attempts, backoff, lifo, removeOnComplete, removeOnFail } = keptOptions(options);
  const step = (typeof backoff === 'number' ? { type: 'fixed', delay: backoff } : backoff) as
    { type?: unknown; delay?: unknown } | undefined;
  const isKnownBackoff = step?.type === 'fixed' || step?.type === 'exponential';
  const completed = keepFields(removeOnComplete);
  const failed = keepFields(removeOnFail);
  return {
    ...EMPTY_FIELDS,
    name: name === '__default__' ? '' : (name ?? ''),
    data,
    priority: typeof priority === 'number' ? String(priority) : '',
    attempts: typeof attempts === 'number' ? String(attempts) : '',
    ...(isKnownBackoff
      ? { backoffType: step.type as 'fixed' | 'exponential', backoffSeconds: String(Number(step.delay ?? 0) / 1_000) }
      : {}),
    isFirst: lifo === true,
    completedMode: completed.mode,
    completedAmount: completed.amount,
    completedHours: completed.hours,
    failedMode: failed.mode,
    failedAmount: failed.amount,
    failedHours: failed.hours,
  };
}

/** What was typed for a job, for a scheduler that makes such jobs. */
export function scheduledLike(fields: AddJobFields): Partial<SchedulerFields> {
  const { name, data, priority, attempts, completedMode, completedAmount, failedMode, failedAmount } = fields;
  const kept = (mode: KeepMode, amount: string) => (mode === 'none' ? '0' : mode === 'count' ? amount : '');
  return {
    name,
    data: data.trim() === '' ? '{}' : data,
    priority,
    attempts,
    keepCompleted: kept(completedMode, completedAmount),
    keepFailed: kept(failedMode, failedAmount),
  };
}

function keepFields(rule: unknown): { mode: KeepMode; amount: string; hours: string } {
  const { completedAmount: amount, completedHours: hours } = EMPTY_FIELDS;
  if (rule === true) return { mode: 'none', amount, hours };
  if (typeof rule === 'number') return { mode: 'count', amount: String(rule), hours };
  const { age, count } = (rule ?? {}) as { age?: unknown; count?: unknown };
  const [hasAge, hasCount] = [typeof age === 'number', typeof count === 'number'];
  return {
    mode: hasAge && hasCount ? 'both' : hasAge ? 'hours' : hasCount ? 'count' : 'default',
    amount: hasCount ? String(count) : amount,
    hours: hasAge ? String((age as number) / 3_600) : hours,
  };
}

/** The field that a path of the body was made from. */
export function fieldOf(path: readonly PropertyKey[]): keyof AddJobFields {
  const name = path[0] === 'opts' ? path[1] : path[0];
  if (name === 'delay') return 'delaySeconds';
  if (name === 'backoff') return 'backoffSeconds';
  if (name === 'removeOnComplete') return 'completedAmount';
  if (name === 'removeOnFail') return 'failedAmount';
  return name === 'name' || name === 'jobId' || name === 'priority' || name === 'runAt' || name === 'attempts'
    ? name
    : 'data';
}
