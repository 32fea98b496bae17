import type { Mark } from '../domain/mark';
import type { QueueId } from '../domain/queue';
import { countWords } from '../domain/words';
import type { Worker } from '../domain/worker';
import { newMark } from './new-mark';

/** A change must last this long to count: a connection that breaks and comes back is no leave and no join. */
const SETTLE_MS = 10_000;
const NAMED_HOSTS = 3;

type Hosts = Map<string, number>;

/** Who came and who went, queue by queue, in one source. The first list is where it starts from. */
export class WorkerChanges {
  private settled: Map<string, Hosts> | null = null;
  private readonly differsSince = new Map<string, number>();
  private readonly ids = new Map<string, QueueId>();

  /** `now`: ms since the epoch. */
  observe(workers: readonly Worker[], now: number): Mark[] {
    const current = new Map<string, Hosts>();
    for (const { queue, queueKey, host } of workers) {
      this.ids.set(queueKey, queue);
      const hosts = current.get(queueKey) ?? new Map<string, number>();
      current.set(queueKey, hosts.set(host, (hosts.get(host) ?? 0) + 1));
    }
    if (!this.settled) {
      this.settled = current;
      return [];
    }
    const marks: Mark[] = [];
    for (const key of new Set([...this.settled.keys(), ...current.keys()]))
      marks.push(...this.compare(key, this.settled.get(key) ?? new Map(), current.get(key) ?? new Map(), now));
    return marks;
  }

  private compare(key: string, before: Hosts, after: Hosts, now: number): Mark[] {
    const joined = more(after, before);
    const left = more(before, after);
    if (joined.size === 0 && left.size === 0) {
      this.differsSince.delete(key);
      return [];
    }
    const since = this.differsSince.get(key) ?? now;
    this.differsSince.set(key, since);
    if (now - since < SETTLE_MS) return [];
    this.differsSince.delete(key);
    if (after.size === 0) this.settled?.delete(key);
    else this.settled?.set(key, after);
    const queue = this.ids.get(key);
    if (!queue) return [];
    if (after.size === 0) this.ids.delete(key);
    const marks: Mark[] = [];
    if (joined.size > 0)
      marks.push(newMark(`join:${key}:${since}`, since, 'workers-joined', `${words(joined)} joined`, { queue }));
    if (left.size > 0) {
      const rest = after.size === 0 ? '; none is connected now' : '';
      marks.push(newMark(`leave:${key}:${since}`, since, 'workers-left', `${words(left)} left${rest}`, { queue }));
    }
    return marks;
  }
}

/** By how much `a` exceeds `b`, host by host. */
function more(a: Hosts, b: Hosts): Hosts {
  const result: Hosts = new Map();
  for (const [host, count] of a) if (count > (b.get(host) ?? 0)) result.set(host, count - (b.get(host) ?? 0));
  return result;
}

function words(hosts: Hosts): string {
  const total = [...hosts.values()].reduce((sum, count) => sum + count, 0);
  const named = [...hosts.keys()].slice(0, NAMED_HOSTS).join(', ');
  const rest = hosts.size - NAMED_HOSTS;
  return `${countWords(total, 'worker')} of ${named}${rest > 0 ? ` and ${countWords(rest, 'more host')}` : ''}`;
}
