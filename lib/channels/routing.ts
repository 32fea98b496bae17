import type { Notification } from '../domain/notification';
import type { RoutedChannel } from './open-channels';

/**
 * Keys of the channels that get a notification. What an escalation names gets it; else those whose severities and
 * queues fit, and those that were told of the incident before. The end goes to those that heard of the beginning,
 * whatever their severities are by now.
 * @param told keys of the channels that heard of the incident
 * @param to names or keys of channels that an escalation asks for, `null` without
 */
export function channelsFor(
  { kind, incident }: Notification,
  channels: readonly RoutedChannel[],
  told: readonly string[],
  to: readonly string[] | null,
): string[] {
  if (kind === 'resolved' || kind === 'acknowledged') return told.filter((key) => hasKey(channels, key));
  const queues = [incident.queue, ...incident.members.map(({ queue }) => queue)];
  return channels
    .filter(({ channel, severities, covers }) => {
      if (told.includes(channel.key)) return true;
      if (to !== null) return to.includes(channel.name) || to.includes(channel.key);
      return (severities?.includes(incident.severity) ?? true) && queues.some(covers);
    })
    .map(({ channel }) => channel.key);
}

function hasKey(channels: readonly RoutedChannel[], key: string): boolean {
  return channels.some(({ channel }) => channel.key === key);
}
