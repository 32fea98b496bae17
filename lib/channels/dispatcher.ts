import type { Log } from '../config/log';
import { messageOf } from '../domain/errors';
import type { ChannelState, Notification } from '../domain/notification';
import { DeliveryError } from './channel';
import { channelTrouble } from './channel-trouble';
import { EMPTY_DISPATCH, NEVER, type ChannelResult, type DispatchState } from './dispatch-state';
import type { RoutedChannel } from './open-channels';
import { afterFailure, afterSuccess, due, enqueue, nextAttempt, waitingFor, type Outbox } from './outbox';
import { channelsFor } from './routing';

export type DispatcherOptions = {
  channels: readonly RoutedChannel[];
  /** Address that people use, without a trailing slash. */
  publicUrl: string;
  environment: string | null;
  /** Puts into a notification what is only known when it is sent; never rejects. */
  complete?: (notification: Notification) => Promise<Notification>;
  log: Log;
  /** ms since the epoch. */
  now?: () => number;
};

/** What is to be told; `to` names the channels of an escalation, without it the channels' own routing holds. */
export type News = { notification: Notification; to?: readonly string[] };

/** Messages that one call of `deliver` sends to one channel at most: as many may be repeated after a crash. */
const BATCH = 10;
/** Open incidents that are remembered with those who were told. */
const MAX_OPEN = 2_000;
/** A channel that fails for so long is reported by the others. */
const REPORT_AFTER_MS = 2 * 60_000;

/**
 * Gets notifications out, each channel in its own order. It keeps everything in memory; whoever holds the lease
 * stores `state()` together with what was judged before `deliver` is called, and again when `deliver` says so. Then
 * a notification is sent at least once, and always with the same id.
 */
export class Dispatcher {
  private outbox: Outbox = [];
  private open = new Map<string, { notification: Notification; told: string[] }>();
  private results = new Map<string, ChannelResult>();
  private delivery: Promise<boolean> | null = null;
  private readonly channels: readonly RoutedChannel[];
  private readonly now: () => number;

  constructor(private readonly options: DispatcherOptions) {
    this.channels = options.channels;
    this.now = options.now ?? Date.now;
  }

  /** Goes on from what the last writer stored. What is in memory is forgotten. */
  load(state: DispatchState = EMPTY_DISPATCH): void {
    const isKnown = new Set(this.channels.map(({ channel }) => channel.key));
    const kept = state.outbox.flatMap((entry) => {
      const deliveries = entry.deliveries.filter(({ channel }) => isKnown.has(channel));
      return deliveries.length === 0 ? [] : [{ ...entry, deliveries }];
    });
    if (kept.length < state.outbox.length)
      this.options.log.warn(
        { count: state.outbox.length - kept.length },
        'channels: undelivered notifications dropped, their channel is no longer configured',
      );
    this.outbox = kept;
    this.open = new Map(state.open.map((each) => [each.notification.incident.id, each]));
    this.results = new Map(state.results.filter(([key]) => isKnown.has(key)));
  }

  /** Takes in what is to be told. Store `state()` before the next `deliver`. */
  accept(news: readonly News[]): void {
    const routed = news.map(({ notification, to = null }) => {
      const { id } = notification.incident;
      const told = this.open.get(id)?.told ?? [];
      const channels = channelsFor(notification, this.channels, told, to);
      this.open.delete(id);
      if (notification.kind !== 'resolved')
        this.open.set(id, { notification, told: [...new Set([...told, ...channels])] });
      return { notification, channels };
    });
    for (const id of [...this.open.keys()].slice(0, Math.max(0, this.open.size - MAX_OPEN))) this.open.delete(id);
    const { outbox, dropped } = enqueue(this.outbox, routed, this.now());
    this.outbox = outbox;
    for (const { entry, channel } of dropped)
      this.noteLoss(channel, entry.notification, 'too many notifications wait for this channel');
  }

  /**
   * Sends what is due, all channels at once; never throws. Takes up to the receivers' time limit (10 s): do not hold
   * up a tick for it. A call during another one joins it.
   * @returns whether the state changed and must be stored
   */
  deliver(): Promise<boolean> {
    this.delivery ??= this.deliverAll().finally(() => {
      this.delivery = null;
    });
    return this.delivery;
  }

  state(): DispatchState {
    return { outbox: [...this.outbox], open: [...this.open.values()], results: [...this.results] };
  }

  view(): ChannelState[] {
    return this.channels.map(({ channel: { key, name, kind, target }, severities, queues }) => {
      const { lastSentAt, lastError, failingSince, lost } = this.resultOf(key);
      const waiting = waitingFor(this.outbox, key);
      return {
        key,
        name,
        kind,
        target,
        severities: severities && [...severities],
        queues,
        lastSentAt,
        lastError,
        failingSince,
        waiting: waiting.length,
        oldestWaitingAt: waiting[0]?.queuedAt ?? null,
        nextAttemptAt: nextAttempt(this.outbox, key)?.at ?? null,
        lost,
      };
    });
  }

  private async deliverAll(): Promise<boolean> {
    const changes = await Promise.all(this.channels.map((each) => this.deliverTo(each)));
    const reports = this.channels.map((each) => this.report(each));
    return changes.includes(true) || reports.includes(true);
  }

  private async deliverTo(routed: RoutedChannel): Promise<boolean> {
    let isChanged = false;
    for (let sent = 0; sent < BATCH; sent += 1) {
      const next = due(this.outbox, routed.channel.key, this.now());
      if (!next) break;
      isChanged = true;
      if (!(await this.send(routed, next))) return true;
    }
    return (await this.repeat(routed)) || isChanged;
  }

  private async send({ channel }: RoutedChannel, notification: Notification): Promise<boolean> {
    const ref = { id: notification.id, channel: channel.key };
    try {
      await channel.send((await this.options.complete?.(notification)) ?? notification);
    } catch (error) {
      const why = error instanceof DeliveryError ? error : {};
      const { outbox, isGivenUp } = afterFailure(this.outbox, ref, this.now(), why);
      this.outbox = outbox;
      this.noteFailure(channel.key, messageOf(error));
      if (isGivenUp) this.noteLoss(channel.key, notification, messageOf(error));
      return false;
    }
    this.outbox = afterSuccess(this.outbox, ref);
    this.noteSuccess(channel.key);
    return true;
  }

  /** Tells a forgetful receiver again what is open; not while it does not take new messages. */
  private async repeat({ channel }: RoutedChannel): Promise<boolean> {
    const { repeatedAt } = this.resultOf(channel.key);
    const now = this.now();
    if (!channel.repeat || channel.repeatEveryMs === undefined) return false;
    if (repeatedAt !== null && now - repeatedAt < channel.repeatEveryMs) return false;
    if (nextAttempt(this.outbox, channel.key)) return false;
    const mine = [...this.open.values()].filter(({ told }) => told.includes(channel.key));
    if (mine.length === 0) return false;
    try {
      await channel.repeat(
        mine.map(({ notification }) => notification),
        now,
      );
      this.noteSuccess(channel.key);
    } catch (error) {
      this.noteFailure(channel.key, messageOf(error));
    }
    this.results.set(channel.key, { ...this.resultOf(channel.key), repeatedAt: now });
    return true;
  }

  /** Tells the other channels that this one is down, or that it is back. */
  private report({ channel }: RoutedChannel): boolean {
    const result = this.resultOf(channel.key);
    const { failingSince, reported } = result;
    const now = this.now();
    const isDown = failingSince !== null && now - failingSince >= REPORT_AFTER_MS;
    if (isDown === (reported !== null) || (reported !== null && failingSince !== null)) return false;
    const others = this.channels.map((each) => each.channel.key).filter((key) => key !== channel.key);
    const incidentId = reported ?? `channel:${channel.key}:${failingSince ?? now}`.slice(0, 180);
    const { publicUrl, environment } = this.options;
    const waiting = waitingFor(this.outbox, channel.key).length;
    const notification = channelTrouble({ channel, result, incidentId, waiting, now, publicUrl, environment });
    this.results.set(channel.key, { ...result, reported: isDown ? incidentId : null });
    this.accept([{ notification, to: others }]);
    return true;
  }

  private resultOf(key: string): ChannelResult {
    return this.results.get(key) ?? NEVER;
  }

  private noteSuccess(key: string): void {
    const before = this.resultOf(key);
    if (before.lastError !== null)
      this.options.log.info({ channel: this.targetOf(key) }, 'channels: the channel takes notifications again');
    this.results.set(key, { ...before, lastError: null, failingSince: null, lastSentAt: this.now() });
  }

  private noteFailure(key: string, error: string): void {
    const before = this.resultOf(key);
    if (before.lastError !== error)
      this.options.log.warn(
        { channel: this.targetOf(key), error },
        'channels: a notification could not be delivered, it will be tried again',
      );
    this.results.set(key, { ...before, lastError: error, failingSince: before.failingSince ?? this.now() });
  }

  private noteLoss(key: string, { id, kind, sentence }: Notification, reason: string): void {
    const before = this.resultOf(key);
    this.options.log.error(
      { id, kind, channel: this.targetOf(key), reason },
      `channels: gave up a notification: ${sentence}`,
    );
    this.results.set(key, {
      ...before,
      lost: before.lost + 1,
      lastError: `gave up a notification: ${reason}`.slice(0, 500),
    });
  }

  private targetOf(key: string): string {
    return this.channels.find(({ channel }) => channel.key === key)?.channel.target ?? key;
  }
}
