import { z } from 'zod';
import { brokersSchema } from '../../../domain/broker';
import { AppError } from '../../../domain/errors';
import { grantSchema, seesEverything } from '../../../domain/access';
import { roleSchema } from '../../../domain/permissions';
import { narrowEvent } from '../narrow';
import { openApiDocument } from '../openapi';
import { json, route, type Route } from '../route';

const meSchema = z.object({
  name: z.string(),
  role: roleSchema,
  access: z.object({
    role: roleSchema,
    isAdmin: z.boolean(),
    grants: z.array(grantSchema).readonly(),
    redact: z.array(z.string()).readonly(),
  }),
  environment: z.string().nullable(),
  version: z.string(),
});

export const systemRoutes = [
  route({
    method: 'GET',
    path: '/me',
    right: 'view',
    summary: 'Who is signed in',
    answers: { 200: meSchema },
    handle: ({ actor, context: { config, version } }) =>
      json({ name: actor.name, role: actor.role, access: actor.access, environment: config.environment, version }),
  }),
  route({
    method: 'GET',
    path: '/brokers',
    right: 'view',
    summary: 'State of the brokers, the store and the collector',
    answers: { 200: brokersSchema },
    handle: ({ context: { mirror } }) => json(mirror.brokersView()),
  }),
  route({
    method: 'GET',
    path: '/stream',
    right: 'view',
    summary: 'Everything live as Server-Sent Events; Last-Event-ID resumes',
    answers: { 200: 'text/event-stream' },
    handle: ({ request, actor, context: { streams, isSessionLive, accounts } }) => {
      const who = `${actor.kind} ${actor.name}`;
      const full = streams.whyFull(who);
      if (full)
        throw new AppError(
          'too-many-requests',
          full === 'all'
            ? 'Too many live views are open. Close some, or try again in a minute.'
            : 'You have too many live views open, here or elsewhere. Close some of them.',
        );
      const { access } = actor;
      return streams.response(request.headers.get('last-event-id'), request.signal, {
        who,
        whyEnd: () => {
          const isRaised = accounts.elevations.of(actor.session?.id) !== null;
          if (isSessionLive(actor)) return isRaised === (actor.raised !== undefined) ? null : 'role-changed';
          return actor.raised ? 'role-changed' : 'session-ended';
        },
        ...(seesEverything(access) ? {} : { narrow: (event) => narrowEvent(event, access) }),
      });
    },
  }),
];

/** The document describes all routes, itself included. */
export function openApiRoute(routes: () => readonly Route[]): Route {
  return route({
    method: 'GET',
    path: '/openapi.json',
    right: 'view',
    summary: 'This API as OpenAPI 3.1',
    answers: { 200: 'application/json' },
    handle: ({ context: { version } }) => json(openApiDocument(routes(), version)),
  });
}
