import { createHash } from 'node:crypto';

/**
 * Id of the copy that operation `operationId` makes of a job: the same each time it is asked for, so that a step that is
 * done twice adds one job. BullMQ takes no colons and no mere number.
 */
export function copyIdFor(operationId: string): (jobId: string) => string {
  const short = operationId.replaceAll('-', '').slice(0, 12);
  return (jobId) => {
    const name = /^[\w.-]{1,100}$/.test(jobId)
      ? jobId
      : createHash('sha256').update(jobId).digest('base64url').slice(0, 22);
    return `copy-${short}-${name}`;
  };
}
