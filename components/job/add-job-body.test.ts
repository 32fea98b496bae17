import { expect, test } from 'vitest';
import { EMPTY_FIELDS, toAddJobBody } from './add-job-body';

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
