import { z } from 'zod';
import { audited } from '../../../actions/perform';
import { channelTestSchema } from '../../../domain/notification';
import { json, route } from '../route';

export const channelRoutes = [
  route({
    method: 'POST',
    path: '/channels/{key}/test',
    right: 'administer',
    summary: 'Send a test notification; the answer is what the receiver said',
    params: z.object({ key: z.string().min(1).max(200) }),
    answers: { 200: channelTestSchema },
    handle: async ({ params: { key }, actor, context: { channels, audit } }) =>
      json(
        await audited(
          audit,
          { actor, action: 'test channel', target: key, jobIds: [] },
          ({ ok, answer }) => ({ outcome: ok ? 'done' : 'failed', detail: answer }),
          () => channels.test(key, actor.name),
        ),
      ),
  }),
];
