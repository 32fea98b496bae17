import { randomInt } from 'node:crypto';
import Bull from 'bull';
import { crashEvery, LOCK_MS, STALL_CHECK_MS } from '../support/crash';
import { redisConnection } from '../support/environment';
import { failSometimes } from '../support/failures';
import { atRate, reportTrouble, runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

type Video = { video: string; preset: string };

/** Long jobs in a worker that is killed every minute and a half: its jobs stall and are taken up again. */
const queue = new Bull<Video>('video-transcode', {
  redis: redisConnection(),
  settings: { lockDuration: LOCK_MS, stalledInterval: STALL_CHECK_MS, maxStalledCount: 1 },
  defaultJobOptions: {
    attempts: 2,
    backoff: { type: 'exponential', delay: 2_000 },
    removeOnComplete: 200,
    removeOnFail: 200,
  },
});
queue.on('error', reportTrouble);
runUntilStopped(() => queue.close());
crashEvery(90_000);

void queue.process('transcode', 8, async (job) => {
  for (const done of [25, 50, 75]) {
    await work(250, 900);
    await job.progress(done);
  }
  failSometimes(0.03, job);
  return { output: `${job.data.video}.${job.data.preset}.mp4` };
});

const PRESETS = ['480p', '720p', '1080p'];
atRate(
  () => 3,
  () =>
    queue.add('transcode', { video: `v${randomInt(1_000_000)}`, preset: PRESETS[randomInt(PRESETS.length)] ?? '480p' }),
);
