/** Bull's script behind `Queue.retryJobs`, as text. */
declare module 'bull/lib/scripts/retryJobs-5.js' {
  const retryJobs: { name: string; content: string; keys: number };
  export default retryJobs;
}

/** Bull's script behind `Queue.clean`, as text. */
declare module 'bull/lib/scripts/cleanJobsInSet-3.js' {
  const cleanJobsInSet: { name: string; content: string; keys: number };
  export default cleanJobsInSet;
}

/** BullMQ's, which leaves out what schedulers need. */
declare module 'bullmq/dist/cjs/scripts/cleanJobsInSet-3.js' {
  export const cleanJobsInSet: { name: string; content: string; keys: number };
}
declare module 'bullmq5/dist/cjs/scripts/cleanJobsInSet-3.js' {
  export const cleanJobsInSet: { name: string; content: string; keys: number };
}
