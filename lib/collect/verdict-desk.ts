import { diagnose, NO_MEMORY, type DiagnosisMemory } from '../diagnose/diagnose';
import type { Queue, Verdict } from '../domain/queue';
import type { SourceRunner } from './source-runner';
import { toQueue } from './to-queue';

/** All queues as they are published: with what is wrong with each, which takes a memory of it. */
export class VerdictDesk {
  private readonly memories = new Map<string, DiagnosisMemory>();
  private readonly verdicts = new Map<string, Verdict[]>();

  judge(runners: readonly SourceRunner[]): Queue[] {
    const queues: Queue[] = [];
    for (const runner of runners) {
      const now = runner.lastAt;
      if (now === null) continue;
      for (const watched of runner.queues.values()) {
        const queue = toQueue(watched, now, this.verdicts.get(watched.key) ?? []);
        // A source that is down, or its part that holds the queue, proves nothing about it: it keeps its verdicts.
        if (runner.isUp() && watched.unread === null) queue.verdicts = this.diagnose(queue, now);
        queues.push(queue);
      }
    }
    return queues;
  }

  forget(queueKeys: readonly string[]): void {
    for (const key of queueKeys) {
      this.memories.delete(key);
      this.verdicts.delete(key);
    }
  }

  private diagnose(queue: Queue, now: number): Verdict[] {
    const { verdicts, memory } = diagnose(queue, this.memories.get(queue.key) ?? NO_MEMORY, now);
    this.memories.set(queue.key, memory);
    this.verdicts.set(queue.key, verdicts);
    return verdicts;
  }
}
