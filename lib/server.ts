import 'server-only';
import { headers } from 'next/headers';
import type { Actor } from './domain/permissions';
import { getHost } from './host';

export { authOptions } from './auth/auth-options';
export { getHost } from './host';

/** Who asks for this page, `null` when nobody is signed in. Reading it makes the page dynamic. */
export async function currentActor(): Promise<Actor | null> {
  return getHost().actorFrom(await headers());
}
