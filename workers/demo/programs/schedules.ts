import Bull from 'bull';
import { Queue, Worker } from 'bullmq';
import { redisConnection } from '../support/environment';
import { failSometimes } from '../support/failures';
import { reportTrouble, runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

const connection = redisConnection();
const keep = { removeOnComplete: 50, removeOnFail: 50 };

const cleanup = new Bull<{ task: string }>('cleanup', { redis: connection, defaultJobOptions: keep });
void cleanup.process('*', 2, async (job) => {
  await work(120, 800);
  failSometimes(0.05, job);
  return { task: job.data.task, deleted: Math.round(Math.random() * 500) };
});

const sync = new Queue('nightly-sync', { connection, defaultJobOptions: keep });
const syncWorker = new Worker(
  'nightly-sync',
  async (job) => {
    await work(300, 2_000);
    failSometimes(0.05);
    return { synced: job.name };
  },
  { connection },
);
// Nobody works on this one: its schedule does not fire, and the screens say so.
const archive = new Bull<{ task: string }>('archive', { redis: connection, defaultJobOptions: keep });
archive.on('error', reportTrouble);
cleanup.on('error', reportTrouble);
sync.on('error', reportTrouble);
syncWorker.on('error', reportTrouble);
runUntilStopped(() => Promise.all([cleanup.close(), archive.close(), syncWorker.close(true), sync.close()]));

const newYork = 'America/New_York';
Promise.all([
  cleanup.add('cleanup-logs', { task: 'cleanup-logs' }, { repeat: { cron: '0 0 * * *', tz: newYork } }),
  cleanup.add('cleanup-sessions', { task: 'cleanup-sessions' }, { repeat: { every: 10_000 } }),
  sync.upsertJobScheduler('sync-stock', { every: 15_000 }, { name: 'sync-stock', data: { warehouse: 'north' } }),
  sync.upsertJobScheduler(
    'stock-recount',
    { every: 20_000, limit: 30 },
    { name: 'stock-recount', data: { full: true } },
  ),
  archive.add('archive-orders', { task: 'archive-orders' }, { repeat: { cron: '*/2 * * * *', tz: 'Europe/Berlin' } }),
  sync.upsertJobScheduler('sync-ledger', { pattern: '30 2 * * *', tz: newYork }, { name: 'sync-ledger', data: {} }),
]).catch(reportTrouble);
