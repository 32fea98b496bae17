import { messageOf } from '../domain/errors';
import type { Schedule, SchedulePreview } from '../domain/scheduler';
import { nextRuns } from './next-runs';
import { patternError } from './pattern-error';
import { scheduleWords } from './schedule-words';
import { isZone, ownZone, zoneOf } from './zone';

const SHOWN_RUNS = 5;

/** What a schedule will do from `now` (ms) on, in words and times, or what is wrong with it. */
export function previewSchedule(schedule: Schedule, now: number): SchedulePreview {
  if (schedule.tz !== null && !isZone(schedule.tz))
    return refused({
      message: `There is no time zone “${schedule.tz}”; write it like Europe/Berlin.`,
      at: null,
      length: 0,
    });
  const wrong = schedule.pattern === null ? null : patternError(schedule.pattern);
  if (wrong) return refused(wrong);
  const zone = zoneOf(schedule, null);
  try {
    const runs = nextRuns(schedule, zone.name, { after: now, count: SHOWN_RUNS, left: schedule.limit });
    return { words: scheduleWords(schedule), zone, nextRuns: runs, error: null };
  } catch (error) {
    return refused({ message: messageOf(error), at: null, length: 0 });
  }
}

function refused(error: NonNullable<SchedulePreview['error']>): SchedulePreview {
  return { words: null, zone: { name: ownZone(), isAssumed: false }, nextRuns: [], error };
}
