import { z } from 'zod';
import { roleSchema, type Actor } from '../../domain/permissions';
import { ACTOR_HEADER } from '../../host';

const actorSchema = z.object({
  kind: z.enum(['person', 'token']),
  name: z.string(),
  role: roleSchema,
  address: z.string(),
  session: z.object({ id: z.string(), epoch: z.number() }).exactOptional(),
  raised: z.object({ from: roleSchema, until: z.number() }).exactOptional(),
});

/** Who sent a request, as the gate wrote it into the request's headers; `null` when nobody is signed in. */
export function actorFrom(headers: Headers): Actor | null {
  const text = headers.get(ACTOR_HEADER);
  if (text === null) return null;
  try {
    return actorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}

export function actorHeader(actor: Actor): string {
  return Buffer.from(JSON.stringify(actor)).toString('base64url');
}
