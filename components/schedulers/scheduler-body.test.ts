import { describe, expect, test } from 'vitest';
import type { SchedulerDetail } from '@/lib/domain/scheduler';
import { EMPTY_SCHEDULER, fieldOf, toFields, toSchedulerBody } from './scheduler-body';

const fields = (more: Partial<typeof EMPTY_SCHEDULER>) => ({
  ...EMPTY_SCHEDULER,
  id: 'a',
  pattern: '0 3 * * *',
  ...more,
});

describe('the form of a scheduler', () => {
  test('becomes a body with what was filled in, and no more', () => {
    expect(toSchedulerBody(fields({ tz: 'Europe/Berlin', limit: '4' }), null).body).toEqual({
      id: 'a',
      schedule: { pattern: '0 3 * * *', tz: 'Europe/Berlin', limit: 4 },
      data: {},
      opts: {},
    });
    expect(
      toSchedulerBody(fields({ type: 'every', every: '1.5', unit: 'minutes', offsetSeconds: '10' }), null).body
        ?.schedule,
    ).toEqual({
      everyMs: 90_000,
      offsetMs: 10_000,
    });
  });
  test('says in which field something is wrong', () => {
    expect(toSchedulerBody(fields({ pattern: ' ' }), null).errors).toEqual({ pattern: 'when shall it run?' });
    expect(toSchedulerBody(fields({ type: 'every', every: 'x' }), null).errors?.every).toBeDefined();
    expect(toSchedulerBody(fields({ data: '{' }), null).errors).toEqual({ data: 'not JSON' });
    expect(toSchedulerBody(fields({ limit: '1.5' }), null).errors?.limit).toContain('whole number');
    expect(
      toSchedulerBody(fields({ type: 'every', every: '1', unit: 'seconds', offsetSeconds: '2' }), null).errors
        ?.offsetSeconds,
    ).toBeDefined();
    expect(fieldOf(['schedule', 'pattern'])).toBe('pattern');
    expect(fieldOf(['opts', 'removeOnFail'])).toBe('keepFailed');
  });
  test('opened for an edit and saved unchanged sends the schedule alone', () => {
    const detail = {
      id: 'a',
      form: 'bullmq-scheduler',
      name: 'n',
      schedule: { pattern: null, everyMs: 5_400_000, offsetMs: 0, tz: null, startAt: null, endAt: null, limit: null },
      template: { data: '{"n":1}', dataBytes: 7, opts: { attempts: 3, delay: 1 } },
    } as unknown as SchedulerDetail;
    const before = toFields(detail);
    expect(before).toMatchObject({ type: 'every', every: '90', unit: 'minutes', attempts: '3', offsetSeconds: '' });
    expect(toSchedulerBody(before, before).body).toEqual({ id: 'a', name: 'n', schedule: { everyMs: 5_400_000 } });
    expect(toSchedulerBody({ ...before, attempts: '4' }, before).body?.opts).toEqual({ attempts: 4 });
  });
});
