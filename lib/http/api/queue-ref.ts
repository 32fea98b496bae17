import { AppError } from '../../domain/errors';
import type { Queue } from '../../domain/queue';
import type { QueueRef, SourceDesk } from '../../sources/source';
import type { ApiContext } from './context';

/** The desk of a queue's source. @throws AppError `source-down` when this process does not know the source */
export function deskOf({ desks }: ApiContext, queue: Queue): SourceDesk {
  const desk = desks.get(queue.id.source);
  if (desk) return desk;
  throw new AppError(
    'source-down',
    `The source "${queue.id.source}" is not in this process's configuration. Restart web and collector with the same one.`,
  );
}

export function refOf({ id, kind, version, readOnlyReason }: Queue): QueueRef {
  return { id, kind, version, readOnlyReason };
}
