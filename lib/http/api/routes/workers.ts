import { AppError } from '../../../domain/errors';
import { workersViewSchema, type SourceWorkers, type WorkersView } from '../../../domain/worker';
import type { LiveView } from '../context';
import { json, route } from '../route';

export const workerRoutes = [
  route({
    method: 'GET',
    path: '/workers',
    right: 'view',
    summary: 'Who is connected to which queue; null with a reason where the broker does not tell',
    answers: { 200: workersViewSchema },
    handle: ({ context: { mirror } }) => {
      const sources = mirror.workers();
      if (!sources) throw new AppError('not-ready', mirror.whyNotReady() ?? 'No list of workers was read yet.');
      return json({ at: Date.now(), sources, groups: groupsOf(sources, mirror) } satisfies WorkersView);
    },
  }),
];

function groupsOf(sources: readonly SourceWorkers[], mirror: LiveView): WorkersView['groups'] {
  const groups = new Map<string, WorkersView['groups'][number]>();
  for (const { source, workers } of sources)
    for (const { queue, queueKey, host } of workers ?? []) {
      const id = `${queueKey} ${host}`;
      const group = groups.get(id);
      if (group) group.connections += 1;
      else {
        const library = mirror.queue(queueKey)?.kind ?? null;
        groups.set(id, { source, queue, queueKey, library, host, connections: 1 });
      }
    }
  return [...groups.values()];
}
