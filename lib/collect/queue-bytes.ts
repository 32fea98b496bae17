import type { QueueMemory } from '../domain/queue-memory';
import type { QueueProbe } from '../sources/source';

/** Growth is told over at least so long, and at most. */
const LEAST_MS = 5 * 60_000;
const MOST_MS = 15 * 60_000;

/** What one queue holds in its broker, and how that grows. Pure but for its memory. */
export class QueueBytes {
  private samples: { at: number; bytes: number }[] = [];
  private latest: QueueMemory | null = null;

  /** What a probe says; the same object until there is a new sample. `null` before the first. */
  of(probe: QueueProbe | null): QueueMemory | null {
    if (probe?.states == null || probe.sampledAt === null) return null;
    if (this.latest?.at === probe.sampledAt) return this.latest;
    const states = Object.entries(probe.states)
      .map(([state, { count, bytesPerJob, ownBytes }]) => ({
        ...{ state, jobs: count, bytesPerJob },
        bytes: Math.round(count * (bytesPerJob ?? 0) + ownBytes),
      }))
      .sort((a, b) => b.bytes - a.bytes);
    const eventBytes = probe.eventBytes ?? 0;
    const [at, bytes] = [probe.sampledAt, states.reduce((sum, one) => sum + one.bytes, eventBytes)];
    this.samples = [...this.samples.filter((sample) => at - sample.at < MOST_MS), { at, bytes }];
    const first = this.samples[0] ?? { at, bytes };
    const growthPerHour =
      at - first.at < LEAST_MS ? null : Number((((bytes - first.bytes) * 3_600_000) / (at - first.at)).toPrecision(3));
    this.latest = { at, bytes, states, eventBytes, growthPerHour };
    return this.latest;
  }
}
