import type { LiveEvent } from '@/lib/domain/live';
import { applyEvent, NO_DATA, type LiveData } from './live-state';

/** State of the connection to the stream (`stale`: what the person may see has changed since this page was loaded); `since` by the browser's clock, ms since the epoch. */
export type Link = { state: 'connecting' | 'open' | 'lost' | 'ended' | 'stale'; since: number };

export type LiveState = LiveData & {
  link: Link;
  /** When the last event came, by the browser's clock. */
  lastEventAt: number | null;
  /** When somebody froze the screen; what arrives meanwhile is kept and shown on resume. */
  pausedAt: number | null;
};

/** Holds what the screens show. Data stands still while paused or hidden; connection and alerts do not. */
export class LiveStore {
  #latest: LiveData = NO_DATA;
  #shown: LiveState = {
    ...NO_DATA,
    link: { state: 'connecting', since: Date.now() },
    lastEventAt: null,
    pausedAt: null,
  };
  #isHidden = false;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): LiveState => this.#shown;

  /** The newest data, shown or not: for a tab that joins. */
  get latest(): LiveData {
    return this.#latest;
  }

  apply(event: LiveEvent): void {
    this.#latest = applyEvent(this.#latest, event);
    this.#publish({ lastEventAt: Date.now() });
  }

  setLink(state: Link['state'], since = Date.now()): void {
    if (this.#shown.link.state === state) return;
    this.#publish({ link: { state, since } });
  }

  setPaused(isPaused: boolean): void {
    this.#publish({ pausedAt: isPaused ? Date.now() : null });
  }

  setHidden(isHidden: boolean): void {
    this.#isHidden = isHidden;
    this.#publish({});
  }

  #publish(change: Partial<LiveState>): void {
    const next = { ...this.#shown, ...change };
    const stands = next.pausedAt !== null || (this.#isHidden && this.#shown.at !== null);
    this.#shown = stands
      ? {
          ...next,
          alerts: this.#latest.alerts,
          brokers: this.#latest.brokers,
          operations: this.#latest.operations,
        }
      : { ...next, ...this.#latest };
    for (const listener of this.#listeners) listener();
  }
}
