import Bull from 'bull';
import { redisConnection } from '../support/environment';
import { failSometimes } from '../support/failures';
import { reportTrouble, runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

type ReportData = { userId: string; reportType: string };

const queue = new Bull<ReportData>('report-generation', { redis: redisConnection() });
queue.on('error', reportTrouble);
runUntilStopped(() => queue.close());

// `*`: jobs come with names of their own through the API.
// The API adds jobs to queues that exist, and a queue of Bull exists from its first job on.
queue.add('report', { userId: 'user-0', reportType: 'start-up check' }, { removeOnComplete: 100 }).catch(reportTrouble);

void queue.process('*', 6, async (job) => {
  await job.progress(10);
  await work(60, 400);
  await job.progress(50);
  failSometimes(0.06, job);
  await work(80, 500);
  await job.progress(90);
  await work(20, 60);
  await job.progress(100);
  await job.log(`stored the ${job.data.reportType} report of ${job.data.userId}`);
  return { reportId: `r-${job.id}`, url: `https://files.internal/reports/${job.id}.pdf` };
});
