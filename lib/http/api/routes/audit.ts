import { z } from 'zod';
import { AUDIT_BY, AUDIT_FORMATS, auditFilterSchema, auditPageSchema } from '../../../domain/audit';
import { json, route } from '../route';

const by = z.enum(AUDIT_BY).default('people');

export const auditRoutes = [
  route({
    method: 'GET',
    path: '/audit',
    right: 'administer',
    summary: 'Who did what, newest first. With a filter a page may be empty and have a next one',
    query: auditFilterSchema.extend({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().min(1).max(100).optional(),
      by,
    }),
    answers: { 200: auditPageSchema },
    handle: async ({ query: { limit, cursor, by, ...filter }, context: { audit } }) =>
      json(await audit.page(cursor ?? null, limit, by, filter)),
  }),
  route({
    method: 'GET',
    path: '/audit/export',
    right: 'administer',
    summary: 'All entries that the filter means as CSV or as one JSON object a line, newest first',
    query: auditFilterSchema.extend({ format: z.enum(AUDIT_FORMATS).default('csv'), by }),
    answers: { 200: 'text/csv' },
    handle: async ({ query: { format, by, ...filter }, context: { audit } }) => {
      // Asked first, so that a store that is down is told as an error and not as a file that breaks off.
      await audit.page(null, 1, by);
      return new Response(audit.export({ by, filter, format }), {
        headers: {
          'Content-Type': `${format === 'csv' ? 'text/csv' : 'application/x-ndjson'}; charset=utf-8`,
          'Content-Disposition': `attachment; filename="audit-${by}.${format}"`,
          'Cache-Control': 'no-store',
        },
      });
    },
  }),
];
