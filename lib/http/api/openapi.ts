import { z } from 'zod';
import { RIGHTS } from '../../domain/permissions';
import type { Route } from './route';

/** The API as an OpenAPI 3.1 document, made from the declarations that also parse the requests. */
export function openApiDocument(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[documentedPath(route.path)] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tailback',
      version,
      description:
        'A queue is `{source}/{namespace}/{name}`, each part URL-encoded, or its opaque `key` as one segment in their place. Errors are RFC 9457 problems.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ session: [] }, { token: [] }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'tailback.session' },
        token: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Problem: PROBLEM },
    },
    paths,
  };
}

function documentedPath(path: string): string {
  return path.replace('{queue}', '{source}/{namespace}/{name}');
}

function operation({ path, query, body, summary, right, answers }: Route): Record<string, unknown> {
  const names = [...documentedPath(path).matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const querySchema = query
    ? (toSchema(query, 'input') as { properties?: Record<string, unknown>; required?: string[] })
    : {};
  const inQuery = Object.entries(querySchema.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: querySchema.required?.includes(name) ?? false,
    schema,
  }));
  const problem = {
    description: 'Problem',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  return {
    summary,
    description:
      right === null
        ? 'Open to every signed-in person.'
        : `Needs the role ${RIGHTS[right]}, or one of the configuration that allows it.`,
    'x-tailback-right': right,
    parameters: [...inPath, ...inQuery],
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: toSchema(body, 'input') } } } }
      : {}),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, documentedAnswer(answer)])),
      '4XX': problem,
      '5XX': problem,
    },
  };
}

function documentedAnswer(answer: z.ZodType | string): Record<string, unknown> {
  return typeof answer === 'string'
    ? { description: answer, content: { [answer]: {} } }
    : { description: 'Done', content: { 'application/json': { schema: toSchema(answer, 'output') } } };
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'instance', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    requestId: { type: 'string' },
    invalidParams: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};
