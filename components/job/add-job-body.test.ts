import { expect, test } from 'vitest';
import { EMPTY_FIELDS, fieldsLike, scheduledLike, toAddJobBody } from './add-job-body';

const typed = (fields: Partial<typeof EMPTY_FIELDS>) => toAddJobBody({ ...EMPTY_FIELDS, data: '{}', ...fields });

test('empty fields are left out', () => expect(typed({}).body).toEqual({ data: {}, opts: {} }));

test('seconds become ms', () => {
  expect(
    typed({ delaySeconds: '1.5', attempts: '3', backoffType: 'exponential', backoffSeconds: '2' }).body?.opts,
  ).toEqual({
    delay: 1500,
    attempts: 3,
    backoff: { type: 'exponential', delay: 2000 },
  });
});

test.each([
  { fields: { data: '{nope' }, field: 'data', because: 'data must be JSON' },
  { fields: { attempts: 'three' }, field: 'attempts', because: 'attempts must be a number' },
  { fields: { attempts: '0' }, field: 'attempts', because: 'the server’s limits hold here too' },
  {
    fields: { delaySeconds: '5', runAt: '2030-01-01T10:00' },
    field: 'runAt',
    because: 'a delay and a time exclude each other',
  },
  { fields: { priority: '-1' }, field: 'priority', because: 'no negative priority' },
])('$because', ({ fields, field }) => expect(Object.keys(typed(fields).errors ?? {})).toEqual([field]));

test('keep rules are written as the libraries read them: ages in seconds', () => {
  const { body } = toAddJobBody({
    ...EMPTY_FIELDS,
    data: '{}',
    completedMode: 'hours',
    completedHours: '1.5',
    failedMode: 'count',
    failedAmount: '20',
    isFirst: true,
  });
  expect(body?.opts).toEqual({ removeOnComplete: { age: 5_400 }, removeOnFail: 20, lifo: true });
});

test('fields begin with what a job has, and give it back', () => {
  const opts = {
    priority: 3,
    attempts: 4,
    backoff: { type: 'exponential', delay: 1_500 },
    lifo: true,
    removeOnComplete: { age: 7_200 },
    removeOnFail: true,
  };
  const options = JSON.stringify({ ...opts, delay: 99, jobId: 'x', repeat: { key: 'k' } });
  expect(toAddJobBody(fieldsLike('mail', '{"a":1}', options)).body).toEqual({ name: 'mail', data: { a: 1 }, opts });
  expect(fieldsLike('__default__', '1', '[[[')).toMatchObject({ name: '', data: '1', backoffType: 'none' });
});

test('a job is kept by number and by age at once, and a form made from it says so', () => {
  const fields = {
    ...EMPTY_FIELDS,
    name: 'a',
    data: '1',
    failedMode: 'both',
    failedAmount: '50',
    failedHours: '2',
  } as const;
  const { body } = toAddJobBody(fields);
  expect(body?.opts.removeOnFail).toEqual({ count: 50, age: 7_200 });
  const again = fieldsLike('a', '1', JSON.stringify({ removeOnFail: body?.opts.removeOnFail }));
  expect(again).toMatchObject({ failedMode: 'both', failedAmount: '50', failedHours: '2' });
});

test('what was typed goes along to a scheduler', () => {
  const fields = { ...EMPTY_FIELDS, name: 'report', data: '{"a":1}', attempts: '3', completedMode: 'none' } as const;
  expect(scheduledLike(fields)).toMatchObject({
    name: 'report',
    data: '{"a":1}',
    attempts: '3',
    keepCompleted: '0',
    keepFailed: '',
  });
});
