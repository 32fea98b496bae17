import { addJobBodySchema, type AddJobBody, type KeepRule } from '@/lib/domain/action';
import { keptOptions } from './job-code';

export const KEEP_MODES = ['default', 'all', 'none', 'count', 'hours'] as const;
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
  /** What becomes of the job when it has ended; the amount is of the newest kept, or of hours. */
  completedMode: KeepMode;
  completedAmount: string;
  failedMode: KeepMode;
  failedAmount: string;
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
  failedMode: 'default',
  failedAmount: '1000',
};

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
  const number = (
    field: 'priority' | 'attempts' | 'delaySeconds' | 'backoffSeconds' | 'completedAmount' | 'failedAmount',
    scale = 1,
  ): number | undefined => {
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
    removeOnComplete: keepRule(fields.completedMode, (scale) => number('completedAmount', scale)),
    removeOnFail: keepRule(fields.failedMode, (scale) => number('failedAmount', scale)),
  };
  if (Object.keys(errors).length > 0) return { body: null, errors };
  const parsed = addJobBodySchema.safeParse({ name: fields.name.trim() || undefined, data, opts });
  if (parsed.success) return { body: parsed.data, errors: null };
  for (const { path, message } of parsed.error.issues) errors[fieldOf(path)] ??= message;
  return { body: null, errors };
}

/** The libraries count ages in seconds. */
function keepRule(mode: KeepMode, amount: (scale?: number) => number | undefined): KeepRule | undefined {
  switch (mode) {
    case 'default':
      return undefined;
    case 'all':
      return false;
    case 'none':
      return true;
    case 'count':
      return amount() ?? 0;
    case 'hours':
      return { age: amount(3_600) ?? 0 };
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
    failedMode: failed.mode,
    failedAmount: failed.amount,
  };
}

function keepFields(rule: unknown): { mode: KeepMode; amount: string } {
  const amount = EMPTY_FIELDS.completedAmount;
  if (rule === true) return { mode: 'none', amount };
  if (typeof rule === 'number') return { mode: 'count', amount: String(rule) };
  const { age, count } = (rule ?? {}) as { age?: unknown; count?: unknown };
  if (typeof age === 'number') return { mode: 'hours', amount: String(age / 3_600) };
  if (typeof count === 'number') return { mode: 'count', amount: String(count) };
  return { mode: 'default', amount };
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
