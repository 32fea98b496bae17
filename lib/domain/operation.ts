import { z } from 'zod';
import { jobActionSchema, MAX_JOBS_AT_ONCE } from './action';
import { jobStateSchema } from './job';
import { queryTextSchema } from './search';

/** Which jobs of a queue are meant: those named, or all of a state that match (an empty query: all of it). */
export const operationTargetSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('ids'),
    state: jobStateSchema,
    ids: z.array(z.string().min(1).max(1024)).min(1).max(MAX_JOBS_AT_ONCE),
  }),
  z.strictObject({ by: z.literal('query'), state: jobStateSchema, query: queryTextSchema.default('') }),
]);
export type OperationTarget = z.infer<typeof operationTargetSchema>;

export const operationActionSchema = jobActionSchema;
export type OperationAction = z.infer<typeof operationActionSchema>;
