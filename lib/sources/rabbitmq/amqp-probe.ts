import type { RabbitSourceConfig } from '../../config/config';
import { messageOf } from '../../domain/errors';
import type { RabbitBroker } from '../../domain/rabbit';
import { connectAmqp, shownAmqpUrl } from './amqp-connect';

const EVERY_MS = 60_000;
/** While the management API is down it is asked more often, but a connection each tick would fill the broker's log. */
const SOON_MS = 15_000;

/** Whether the broker's other door opens: asked seldom, by a connection that is closed at once. */
export class AmqpProbe {
  private askedAt = 0;
  private error: string | null = null;
  private asking: Promise<void> | null = null;

  constructor(private readonly config: RabbitSourceConfig) {}

  state(): RabbitBroker['amqp'] {
    const { amqpUrl } = this.config;
    return amqpUrl ? { address: shownAmqpUrl(amqpUrl), error: this.error } : null;
  }

  /** Asks when it is time. Never throws. */
  async step(now: number, everyMs = EVERY_MS): Promise<void> {
    if (!this.config.amqpUrl || now - this.askedAt < everyMs) return;
    this.askedAt = now;
    this.asking = connectAmqp(this.config, null, 'tailback-probe')
      .then((connection) => {
        this.error = null;
        return connection.close();
      })
      .catch((error: unknown) => void (this.error = messageOf(error)));
    await this.asking;
  }

  async answersNow(): Promise<boolean> {
    await this.step(Date.now(), SOON_MS);
    await this.asking;
    return Boolean(this.config.amqpUrl) && this.error === null;
  }

  async close(): Promise<void> {
    await this.asking;
  }
}
