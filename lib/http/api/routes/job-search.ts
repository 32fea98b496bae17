import { z } from 'zod';
import { messageOf } from '../../../domain/errors';
import { jobStateSchema } from '../../../domain/job';
import {
  jobPlacesSchema,
  queryTextSchema,
  searchPageSchema,
  searchSuggestionsSchema,
  type JobPlaces,
} from '../../../domain/search';
import { toQueueKey } from '../../../domain/queue-key';
import type { Queue } from '../../../domain/queue';
import { suggest } from '../../../search/suggest';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';
import { readQuery, toSearchPage } from '../search-page';
import { searchStream } from '../search-stream';

const PAGE_BUDGET_MS = 400;
const SAMPLED_JOBS = 150;
const MAX_PLACES = 20;

const searchQuery = z.object({
  state: jobStateSchema,
  /** The search as it is typed, see docs/search.md. */
  q: queryTextSchema,
  cursor: z.string().min(1).max(8192).optional(),
  order: z.enum(['newest', 'oldest']).default('newest'),
  /** Jobs that finished later (ms since the epoch, broker's clock) are left out. */
  until: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export const jobSearchRoutes = [
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs/search',
    right: 'view',
    summary: 'Part of a search through a state: may be empty with a nextCursor, says how many jobs were looked at',
    query: searchQuery,
    answers: { 200: searchPageSchema },
    handle: async ({ queue, query: { q, cursor, limit, until, ...where }, actor, request, context }) => {
      const query = readQuery(q);
      const free = await context.searches.take(actor);
      try {
        const page = await deskOf(context, queue).scan.rows(refOf(queue), {
          ...where,
          query,
          cursor: cursor ?? null,
          until: until ?? null,
          budgetMs: PAGE_BUDGET_MS,
          maxHits: limit,
          signal: request.signal,
        });
        return json(toSearchPage(page));
      } finally {
        free();
      }
    },
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs/search/stream',
    right: 'view',
    summary: 'A search as NDJSON: parts like those of the search, as they are found; closing the connection stops it',
    query: searchQuery,
    answers: { 200: 'application/x-ndjson' },
    handle: async ({ queue, query: { q, cursor, limit, until, ...where }, actor, request, context }) => {
      const query = readQuery(q);
      const { scan } = deskOf(context, queue);
      const free = await context.searches.take(actor);
      return searchStream({
        scan,
        queue: refOf(queue),
        request: { ...where, query, cursor: cursor ?? null, until: until ?? null },
        limit,
        signal: request.signal,
        isStillAllowed: () => context.isSessionLive(actor),
        onEnd: free,
        onUnexpected: (error) => context.log.error({ err: error, queue: queue.key }, 'search failed'),
      });
    },
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/jobs/search/suggestions',
    right: 'view',
    summary: `Names, starts of errors and paths seen in at most ${SAMPLED_JOBS} jobs of a state`,
    query: z.object({ state: jobStateSchema }),
    answers: { 200: searchSuggestionsSchema },
    handle: async ({ queue, query: { state }, context }) =>
      json(suggest(await deskOf(context, queue).scan.sample(refOf(queue), state, SAMPLED_JOBS))),
  }),
  route({
    method: 'GET',
    path: '/jobs/{id}',
    right: 'view',
    summary: 'The queues that have a job of this id: a constant number of reads for each queue',
    params: z.object({ id: z.string().min(1).max(1024) }),
    answers: { 200: jobPlacesSchema },
    handle: async ({ params: { id }, actor, context }) => {
      const bySource = new Map<string, Queue[]>();
      for (const queue of context.mirror.snapshot().queues)
        bySource.set(queue.id.source, [...(bySource.get(queue.id.source) ?? []), queue]);
      const free = await context.searches.take(actor);
      try {
        const answers = await Promise.all(
          [...bySource.values()].map(async (queues) => {
            try {
              const places = await deskOf(context, queues[0] as Queue).scan.find(queues.map(refOf), id);
              return { places, failed: null };
            } catch (error) {
              context.log.debug({ reason: messageOf(error) }, 'a source was not searched for a job');
              return { places: [], failed: queues[0]?.id.source ?? '' };
            }
          }),
        );
        const found = answers.flatMap(({ places }) => places);
        return json({
          id,
          found: found.slice(0, MAX_PLACES).map((place) => ({ ...place, queueKey: toQueueKey(place.queue) })),
          isCut: found.length > MAX_PLACES,
          asked: [...bySource.values()].reduce((sum, queues) => sum + queues.length, 0),
          unanswered: answers.flatMap(({ failed }) => (failed === null ? [] : [failed])),
        } satisfies JobPlaces);
      } finally {
        free();
      }
    },
  }),
];
