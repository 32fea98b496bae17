import type { AlertEngine } from '../alerts/alert-engine';
import type { Heartbeat } from '../channels/heartbeat';
import { historyCommands } from '../alerts/history-store';
import { rulesInForce, type AlertSettingsStore, type GivenRules } from '../alerts/settings-store';
import { messageOf } from '../domain/errors';
import type { Queue } from '../domain/queue';
import { keys } from '../store/keys';
import type { Lease } from '../store/lease';
import type { SourceRunner } from './source-runner';

/**
 * Rules are checked at their own pace; states are stored before anything is sent, so that a crash repeats but loses
 * nothing.
 */
export class AlertRounds {
  /** Of a clock that nobody sets; a round is due when it lies far back. */
  private judgedAt = -Infinity;
  private isStored = true;
  private wasJudged = false;
  private isDelivering = false;
  /** Of what people have set, as it was last read. */
  private revision: string | null = null;

  constructor(
    private readonly alerts: AlertEngine,
    private readonly settings: AlertSettingsStore,
    private readonly givenRules: GivenRules,
    private readonly lease: Lease,
    private readonly everySeconds: number,
    private readonly report: (message: string) => void,
    private readonly heartbeat: Pick<Heartbeat, 'beat'> | null = null,
  ) {}

  /** `stored`: what the collector before left. */
  takeOver(stored: string | null): void {
    this.alerts.load(stored);
    this.revision = null;
    this.isStored = true;
    this.judgedAt = -Infinity;
  }

  /** Takes up what people have set since the last call: one small read, unless there is something. @throws when the store does not answer */
  async refresh(): Promise<void> {
    const revision = await this.settings.revision();
    if (revision === this.revision) return;
    const { own, silences, care } = await this.settings.read();
    this.alerts.configure({ rules: rulesInForce(this.givenRules, own.rules), silences, care });
    // New rules, silences and words are answered at once, not with the next round.
    if (this.revision !== null) this.judgedAt = -Infinity;
    this.revision = revision;
  }

  /** Returns the time of the round (ms) when there was one. */
  round(queues: readonly Queue[], runners: readonly SourceRunner[]): number | null {
    const now = Date.now();
    // A source that never answered has no queues yet: judging now would find them all gone.
    const isDue =
      performance.now() - this.judgedAt >= this.everySeconds * 1000 && runners.some(({ lastAt }) => lastAt !== null);
    if (isDue) {
      this.judgedAt = performance.now();
      const up = runners.filter((runner) => runner.isUp());
      const names = (some: readonly SourceRunner[]) => new Set(some.map(({ watch }) => watch.name));
      this.alerts.round({
        queues,
        brokers: runners.map((runner) => runner.broker()),
        sourcesUp: names(up),
        sourcesSearched: names(up.filter((runner) => runner.wasSearched())),
      });
      this.isStored = false;
      this.wasJudged = true;
    }
    return isDue ? now : null;
  }

  async settle(): Promise<void> {
    if (!this.isStored) await this.store();
    if (!this.isDelivering) void this.deliver();
  }

  async store(): Promise<void> {
    this.isStored = true;
    try {
      const ended = this.alerts.past();
      await this.lease.write(
        [['SET', keys.alertState, this.alerts.toJson()], ...historyCommands(ended, Date.now())],
        true,
      );
      this.alerts.keep(ended.length);
      // Rules were checked, and what they said is safe.
      if (this.wasJudged) this.heartbeat?.beat();
      this.wasJudged = false;
    } catch (error) {
      this.isStored = false;
      throw error;
    }
  }

  private async deliver(): Promise<void> {
    this.isDelivering = true;
    try {
      if (await this.alerts.deliver()) this.isStored = false;
    } catch (error) {
      this.report(`alerts could not be delivered: ${messageOf(error)}`);
    } finally {
      this.isDelivering = false;
    }
  }
}
