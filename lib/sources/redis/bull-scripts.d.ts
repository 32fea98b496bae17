/** Bull's script behind `Queue.retryJobs`, as text. */
declare module 'bull/lib/scripts/retryJobs-5.js' {
  const retryJobs: { name: string; content: string; keys: number };
  export default retryJobs;
}
