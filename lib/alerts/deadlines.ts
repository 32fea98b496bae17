import type { AlertRule } from '../domain/alert-rule';
import { nextOfPattern } from '../schedules/next-runs';
import { ownZone } from '../schedules/zone';

/** When the time of day of each rule comes next; reckoned once a day and rule. */
export class Deadlines {
  private readonly known = new Map<string, number>();

  /** The next `notEmptyBy` of a rule after `now` (ms). */
  of({ notEmptyBy = '00:00', timeZone = ownZone() }: AlertRule, now: number): number {
    const name = `${notEmptyBy} ${timeZone}`;
    const known = this.known.get(name);
    // A clock that was put back by more than a day must not leave a deadline far ahead.
    if (known !== undefined && known > now && known - now <= 25 * 3_600_000) return known;
    const [hour = '0', minute = '0'] = notEmptyBy.split(':');
    const next = nextOfPattern(`${Number(minute)} ${Number(hour)} * * *`, timeZone, now) ?? now;
    this.known.set(name, next);
    return next;
  }
}
