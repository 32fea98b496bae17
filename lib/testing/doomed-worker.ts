import type { QueueDriver } from './queue-driver';
import { startWorkerProcess } from './worker-process';

/** Lets a worker process of its own take one job, and kills it with the job in its hands. */
export async function killWorkerAtWork(driver: QueueDriver, url: string, prefix: string, name: string): Promise<void> {
  const { child, started } = startWorkerProcess(driver, url, { prefix, name }, { does: 'hang', lockDuration: 400 });
  try {
    await started;
  } finally {
    child.kill('SIGKILL');
  }
}
