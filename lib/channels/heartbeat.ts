import type { HeartbeatConfig } from '../config/channel-config';
import { throttled, type Log } from '../config/log';
import { messageOf } from '../domain/errors';
import { shownUrl } from './channel-key';
import { createPost, type Post } from './post';

const REPORT_EVERY_MS = 10 * 60_000;

export type HeartbeatOptions = {
  config: HeartbeatConfig;
  log: Log;
  /** ms since the epoch. */
  now?: () => number;
};

/**
 * A sign of life for a dead-man's switch, which raises the alarm when it stays away. `beat` is called when rules were
 * checked and the result is stored; where that fails, is late or never happens, no sign goes out. It says nothing
 * about the queues.
 */
export class Heartbeat {
  private readonly url: URL;
  private readonly post: Post;
  private readonly now: () => number;
  private readonly report: (message: string) => void;
  private lastAt = 0;
  private running: Promise<void> | null = null;

  constructor(private readonly options: HeartbeatOptions) {
    const { config, log, now = Date.now } = options;
    this.url = new URL(config.url);
    this.post = createPost({ allow: config.allow });
    this.now = now;
    this.report = throttled(REPORT_EVERY_MS, (suppressed, message) => log.warn({ suppressed }, message));
  }

  /** Sends a sign if its time has come; returns at once and never throws. */
  beat(): void {
    const { everySeconds } = this.options.config;
    const now = this.now();
    if (this.running !== null || now - this.lastAt < everySeconds * 1_000) return;
    this.lastAt = now;
    this.running = this.send().finally(() => {
      this.running = null;
    });
  }

  private async send(): Promise<void> {
    const { method } = this.options.config;
    try {
      await this.post(this.url, method === 'POST' ? '' : null, {}, method);
    } catch (error) {
      // What receivers of signs of life answer may repeat the address, which is a secret.
      const why = messageOf(error).split(':')[0] ?? '';
      this.report(`the sign of life to ${shownUrl(this.url)} was not taken: ${why}`);
    }
  }
}
