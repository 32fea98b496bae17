import { z } from 'zod';
import { MAX_TRENDS, trendsSchema } from '../../../domain/trend';
import { json, route } from '../route';
import { orStoreDown } from './series';

const keyList = z
  .string()
  .min(1)
  .max(12_000)
  .transform((text) => [...new Set(text.split(','))])
  .pipe(z.array(z.string().min(1)).max(MAX_TRENDS));

export const trendRoutes = [
  route({
    method: 'GET',
    path: '/trends',
    right: 'view',
    summary: 'Backlog of the last half hour, minute by minute, of up to 60 queues; keys that are unknown are left out',
    query: z.object({ queues: keyList }),
    answers: { 200: trendsSchema },
    handle: async ({ query, context: { mirror, trends } }) => {
      const queues = query.queues.flatMap((key) => mirror.queue(key) ?? []);
      return json(await orStoreDown(() => trends.read(queues, Date.now())));
    },
  }),
];
