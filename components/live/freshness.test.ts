import { expect, test } from 'vitest';
import type { Brokers } from '@/lib/domain/broker';
import { freshnessOf } from './freshness';
import type { Link } from './live-store';

const collector = (state: Brokers['collector']['state']): Brokers => ({
  at: 0,
  store: { state: 'up', since: 0, error: null },
  collector: { state, lastSeenAt: 40_000, holder: null },
  brokers: [],
});
const open: Link = { state: 'open', since: 0 };

test.each([
  {
    link: open,
    lastEventAt: 99_000,
    brokers: collector('live'),
    cause: null,
    because: 'a stream that spoke a second ago is current',
  },
  {
    link: open,
    lastEventAt: 94_000,
    brokers: collector('live'),
    cause: 'silence',
    because: 'silence of over 5 s is stale',
  },
  {
    link: { state: 'lost', since: 97_000 } as Link,
    lastEventAt: 96_500,
    brokers: null,
    cause: null,
    because: 'a short reconnect is forgiven',
  },
  {
    link: { state: 'lost', since: 90_000 } as Link,
    lastEventAt: 89_000,
    brokers: null,
    cause: 'stream',
    because: 'a lost stream is stale since its last event',
  },
  {
    link: open,
    lastEventAt: 99_500,
    brokers: collector('late'),
    cause: 'collector',
    because: 'a late collector makes figures old however fast they arrive',
  },
])('$because', ({ link, lastEventAt, brokers, cause }) =>
  expect(freshnessOf({ link, lastEventAt, brokers }, 100_000).cause).toBe(cause),
);
