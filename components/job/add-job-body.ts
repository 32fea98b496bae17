import { addJobBodySchema, type AddJobBody } from '@/lib/domain/action';

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
    field: 'priority' | 'attempts' | 'delaySeconds' | 'backoffSeconds',
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
  };
  if (Object.keys(errors).length > 0) return { body: null, errors };
  const parsed = addJobBodySchema.safeParse({ name: fields.name.trim() || undefined, data, opts });
  if (parsed.success) return { body: parsed.data, errors: null };
  for (const { path, message } of parsed.error.issues) errors[fieldOf(path)] ??= message;
  return { body: null, errors };
}

/** The field that a path of the body was made from. */
export function fieldOf(path: readonly PropertyKey[]): keyof AddJobFields {
  const name = path[0] === 'opts' ? path[1] : path[0];
  if (name === 'delay') return 'delaySeconds';
  if (name === 'backoff') return 'backoffSeconds';
  return name === 'name' || name === 'jobId' || name === 'priority' || name === 'runAt' || name === 'attempts'
    ? name
    : 'data';
}
