import type { Notification } from '../domain/notification';
import { countWords, durationWords } from '../domain/words';
import type { Channel } from './channel';
import type { ChannelResult } from './dispatch-state';

type Trouble = {
  channel: Channel;
  result: ChannelResult;
  incidentId: string;
  waiting: number;
  now: number;
  publicUrl: string;
  environment: string | null;
};

/** What the other channels are told when one takes nothing, and when it does again. */
export function channelTrouble(trouble: Trouble): Notification {
  const { channel, result, incidentId, waiting, now, publicUrl, environment } = trouble;
  const isOver = result.failingSince === null;
  const since = result.failingSince ?? now;
  const what = `The channel ${channel.name} (${channel.kind})`;
  return {
    id: `${incidentId}.${isOver ? 'resolved' : 'fired'}`,
    kind: isOver ? 'resolved' : 'fired',
    at: now,
    incident: {
      id: incidentId,
      name: 'A channel takes no notifications',
      severity: 'warning',
      queue: null,
      queueKey: null,
      since,
      firedAt: since,
      resolvedAt: isOver ? now : null,
      members: [],
      memberCount: 0,
    },
    sentence: isOver
      ? `${what} takes notifications again.`
      : `${what} has taken no notification for ${durationWords(now - since)}: ${result.lastError ?? 'no answer'}. ${countWords(waiting, 'notification')} ${waiting === 1 ? 'waits' : 'wait'} for it.`,
    numbers: [{ label: 'Waiting for it', value: waiting, unit: 'count' }],
    topFailure: null,
    onIt: null,
    url: `${publicUrl}/alerts?tab=channels`,
    environment,
  };
}
