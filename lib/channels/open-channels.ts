import type { ChannelConfig } from '../config/channel-config';
import { compilePattern } from '../domain/pattern';
import type { QueueId, Severity } from '../domain/queue';
import type { Channel } from './channel';
import { openAlertmanager } from './alertmanager';
import { openMail } from './mail';
import { openPagerDuty } from './pagerduty';
import { scrubbed } from './scrubbed';
import { openSlack } from './slack';
import { openWebhook } from './webhook';

/** A channel and what it is told of. */
export type RoutedChannel = {
  channel: Channel;
  /** `null`: all. */
  severities: readonly Severity[] | null;
  queues: string;
  covers(queue: QueueId | null): boolean;
};

/** The configured channels. Two may have the same name; each keeps its own messages. */
export function openChannels(configs: readonly ChannelConfig[]): RoutedChannel[] {
  const used = new Map<string, number>();
  return configs.map((config) => {
    const channel = scrubbed(openChannel(config), config);
    const count = (used.get(channel.key) ?? 0) + 1;
    used.set(channel.key, count);
    const { severities = null, queues = '*' } = config;
    const matches = compilePattern(queues);
    return {
      channel: count === 1 ? channel : { ...channel, key: `${channel.key}#${count}` },
      severities,
      queues,
      covers: (queue) => queues === '*' || (queue !== null && matches(queue)),
    };
  });
}

function openChannel(config: ChannelConfig): Channel {
  switch (config.kind) {
    case 'webhook':
      return openWebhook(config);
    case 'slack':
      return openSlack(config);
    case 'email':
      return openMail(config);
    case 'pagerduty':
      return openPagerDuty(config);
    case 'alertmanager':
      return openAlertmanager(config);
  }
}
