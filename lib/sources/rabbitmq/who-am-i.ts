import { Fields } from './fields';
import { ManagementRefusal, type Management } from './management';

/** `limits`: what these rights do not suffice for, one sentence each. */
export type WhoAmI = { user: { name: string; tags: string[] } | null; limits: string[] };

/** Tags that see nodes, connections and the queues of others. */
const WATCHING = ['monitoring', 'administrator'];

/** The user as the broker knows it. @throws AppError `source-down` */
export async function whoAmI(api: Management): Promise<WhoAmI> {
  try {
    const answer = Fields.of(await api.call({ path: 'whoami' }));
    const name = answer.text('name') ?? '?';
    // Up to 3.8 tags were one text with commas.
    const tags = answer.texts('tags').length > 0 ? answer.texts('tags') : (answer.text('tags')?.split(',') ?? []);
    const limits = tags.some((tag) => WATCHING.includes(tag))
      ? []
      : [`The user ${name} has not the tag monitoring: nodes, alarms and other users' connections are not seen.`];
    return { user: { name, tags }, limits };
  } catch (error) {
    if (!(error instanceof ManagementRefusal)) throw error;
    return { user: null, limits: [] };
  }
}
