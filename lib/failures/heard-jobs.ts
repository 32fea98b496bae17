/** Jobs of a queue, and of all, of which it is remembered that their failure was counted. */
const MAX_OF_QUEUE = 2_000;
const MAX_IN_ALL = 50_000;

/** Jobs whose failure came as an event: going through failed jobs must not count them again. */
export class HeardJobs {
  private readonly ids = new Map<string, Set<string>>();
  private count = 0;

  add(queueKey: string, jobId: string): void {
    const ids = this.ids.get(queueKey) ?? new Set<string>();
    this.ids.set(queueKey, ids);
    ids.add(jobId);
    if (ids.size > MAX_OF_QUEUE) ids.delete(ids.values().next().value as string);
    else if ((this.count += 1) > MAX_IN_ALL) {
      this.ids.clear();
      this.count = 0;
    }
  }

  has(queueKey: string, jobId: string): boolean {
    return this.ids.get(queueKey)?.has(jobId) ?? false;
  }
}
