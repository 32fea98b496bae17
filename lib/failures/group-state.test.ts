import { expect, test } from 'vitest';
import { withAction } from './care-store';
import { DAY_MS, NO_CARE, stateOf } from './group-state';

const NOW = 100 * DAY_MS;
const times = { firstSeen: NOW - 30 * DAY_MS, lastSeen: NOW - 1_000, regressedAt: null };
const resolved = (at: number) => ({ ...NO_CARE, resolved: { by: 'eve', at } });
const muted = (until: number | null) => ({ ...NO_CARE, muted: { until, by: 'eve', at: NOW - 5_000 } });

test.each([
  { times: { ...times, firstSeen: NOW - DAY_MS + 1 }, care: NO_CARE, state: 'new', because: 'it is a day old at most' },
  { times, care: NO_CARE, state: 'ongoing', because: 'it goes on for longer' },
  { times: { ...times, lastSeen: NOW - 7 * DAY_MS }, care: NO_CARE, state: 'quiet', because: 'a week without it' },
  { times, care: resolved(NOW), state: 'resolved', because: 'a person said so and it was not seen since' },
  { times, care: resolved(NOW - 2_000), state: 'regressed', because: 'it was seen after that' },
  {
    times: { ...times, lastSeen: NOW - 8 * DAY_MS },
    care: resolved(NOW - 9 * DAY_MS),
    state: 'quiet',
    because: 'it came back, and has been quiet for a week now',
  },
  {
    times: { ...times, regressedAt: NOW - DAY_MS },
    care: NO_CARE,
    state: 'regressed',
    because: 'it came back after a week of quiet',
  },
  {
    times: { ...times, regressedAt: NOW - 7 * DAY_MS },
    care: NO_CARE,
    state: 'ongoing',
    because: 'it came back long ago',
  },
  { times, care: muted(null), state: 'muted', because: 'for ever' },
  { times, care: muted(NOW + 1), state: 'muted', because: 'the time is not over' },
  { times, care: muted(NOW), state: 'ongoing', because: 'the time is over' },
])('$state: $because', ({ times: seen, care, state }) => expect(stateOf(seen, care, NOW).state).toBe(state));

test('resolving ends a mute, a blank note takes the note back', () => {
  const mutedCare = withAction(NO_CARE, { action: 'mute', until: 9 }, 'eve', 5);
  expect(mutedCare.muted).toEqual({ until: 9, by: 'eve', at: 5 });
  expect(withAction(mutedCare, { action: 'unmute' }, 'bob', 6)).toEqual(NO_CARE);
  const done = withAction(mutedCare, { action: 'resolve' }, 'bob', 6);
  expect(done).toEqual({ ...NO_CARE, resolved: { by: 'bob', at: 6 } });
  expect(withAction(done, { action: 'reopen' }, 'bob', 7)).toEqual(NO_CARE);
  const noted = withAction(NO_CARE, { action: 'note', text: ' ask Eve ' }, 'bob', 7);
  expect(noted.note).toEqual({ text: 'ask Eve', by: 'bob', at: 7 });
  expect(withAction(noted, { action: 'note', text: '  ' }, 'bob', 8)).toEqual(NO_CARE);
});
