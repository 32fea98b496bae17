import type { SchedulerTemplate } from '../../domain/scheduler';

/** Options that belong to one job, not to what all jobs of a scheduler are made from. */
const OF_ONE_JOB = ['repeat', 'jobId', 'prevMillis', 'timestamp', 'delay', 'repeatJobKey'];
/** BullMQ stores some options under short names. */
const LONG_NAMES: Record<string, string> = {
  fpof: 'failParentOnFailure',
  cpof: 'continueParentOnFailure',
  idof: 'ignoreDependencyOnFailure',
  kl: 'keepLogs',
  rdof: 'removeDependencyOnFailure',
  de: 'deduplication',
};

/** Options of a template, from those of a job or a scheduler as stored; what cannot be read is left out. */
export function templateOpts(stored: string | null): SchedulerTemplate['opts'] {
  let all: unknown;
  try {
    all = JSON.parse(stored ?? '{}');
  } catch {
    return {};
  }
  if (all === null || typeof all !== 'object' || Array.isArray(all)) return {};
  return Object.fromEntries(
    Object.entries(all as SchedulerTemplate['opts'])
      .filter(([name, value]) => !OF_ONE_JOB.includes(name) && value !== null)
      .map(([name, value]) => [LONG_NAMES[name] ?? name, value]),
  );
}
