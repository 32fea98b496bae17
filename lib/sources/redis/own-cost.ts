import type { Redis } from '../../redis/connection';

/** What all commands of a connection pass through; a Cluster's has one argument more. */
type SendCommand = (command: { name: string; promise: Promise<unknown> }, ...where: unknown[]) => unknown;

/**
 * Counts the commands that go out on some connections, to estimate what watching costs the broker: our calls times
 * the broker's own average for the command (`INFO commandstats`). An average over all clients, hence an estimate; for
 * scripts the time until the answer is used, which is an upper bound.
 */
export class OwnCost {
  private calls = new Map<string, number>();
  private scriptMs = 0;
  private since = performance.now();
  private last: { commandsPerSecond: number | null; cpuPercent: number | null } = {
    commandsPerSecond: null,
    cpuPercent: null,
  };

  /** Counts every command that `redis` sends from now on. */
  watch(redis: Redis): void {
    const sender = redis as unknown as { sendCommand: SendCommand };
    const send = sender.sendCommand.bind(redis);
    sender.sendCommand = (command, ...where) => {
      const name = command.name.toLowerCase();
      this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
      if (!name.startsWith('eval')) return send(command, ...where);
      const start = performance.now();
      const done = () => {
        this.scriptMs += performance.now() - start;
      };
      command.promise.then(done, done);
      return send(command, ...where);
    };
  }

  /** Closes the running interval with the averages of the broker's servers. */
  settle(commandstats: readonly string[]): void {
    const now = performance.now();
    const seconds = (now - this.since) / 1000;
    if (seconds < 1) return;
    const ofServers = commandstats.map(parseCommandstats);
    const averageOf = (name: string) => {
      const known = ofServers.map((usec) => usec.get(name)).filter((usec) => usec !== undefined);
      return known.reduce((sum, usec) => sum + usec, 0) / Math.max(1, known.length);
    };
    let calls = 0;
    let usec = this.scriptMs * 1000;
    for (const [name, count] of this.calls) {
      calls += count;
      if (!name.startsWith('eval')) usec += count * averageOf(name);
    }
    this.last = { commandsPerSecond: calls / seconds, cpuPercent: usec / 10_000 / seconds };
    this.calls = new Map();
    this.scriptMs = 0;
    this.since = now;
  }

  estimate(): { commandsPerSecond: number | null; cpuPercent: number | null } {
    return this.last;
  }
}

/** `cmdstat_get:calls=…,usec=…,usec_per_call=1.20,…` → microseconds a call; subcommands (`client|list`) add to their command. */
export function parseCommandstats(text: string): Map<string, number> {
  const result = new Map<string, number>();
  for (const match of text.matchAll(/^cmdstat_([^:|\r\n]+)(?:\|[^:]+)?:calls=\d+,usec=\d+,usec_per_call=([\d.]+)/gm)) {
    const [, name = '', usec = '0'] = match;
    result.set(name, Math.max(result.get(name) ?? 0, Number(usec)));
  }
  return result;
}
