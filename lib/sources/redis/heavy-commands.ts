import type { HeavyCommand } from '../../domain/broker';

/** Calls and time (µs) of a command since the broker's start. */
type Spent = { calls: number; usec: number };
type Look = { at: number; spent: ReadonlyMap<string, Spent> };

const KEPT_MS = 16_000;
/** A call that is shorter keeps nobody waiting to speak of. */
const LONG_CALL_MS = 20;

/** Which command a broker spends its time on, by the growth of its own `INFO commandstats`. One server. */
export class HeavyCommands {
  private looks: readonly Look[] = [];

  /** `now`: ms. */
  take(commandstats: string, now: number): void {
    const last = this.looks.at(-1);
    const spent = parse(commandstats);
    const hasRestarted =
      last !== undefined && [...last.spent].some(([name, { calls }]) => (spent.get(name)?.calls ?? 0) < calls);
    this.looks = [...(hasRestarted ? [] : this.looks.filter(({ at }) => now - at < KEPT_MS)), { at: now, spent }];
  }

  /** The command with long calls that took most of the last quarter of a minute; `null` where none has them. */
  heaviest(): HeavyCommand | null {
    const [from] = this.looks;
    const to = this.looks.at(-1);
    if (!from || !to || to.at - from.at < 4_000) return null;
    let worst: HeavyCommand | null = null;
    for (const [command, { calls, usec }] of to.spent) {
      const before = from.spent.get(command) ?? { calls: 0, usec: 0 };
      const callMs = (usec - before.usec) / 1000 / Math.max(1, calls - before.calls);
      const share = Math.min(1, (usec - before.usec) / 1000 / (to.at - from.at));
      if (callMs >= LONG_CALL_MS && share > (worst?.share ?? 0))
        worst = { command: command.toUpperCase(), share, callMs };
    }
    return worst;
  }
}

/** Subcommands are told apart. */
function parse(text: string): Map<string, Spent> {
  const lines = text.matchAll(/^cmdstat_([^:\r\n]{1,60}):calls=(\d+),usec=(\d+)/gm);
  return new Map(
    [...lines].map(([, name = '', calls, usec]) => [
      name.replace('|', ' '),
      { calls: Number(calls), usec: Number(usec) },
    ]),
  );
}
