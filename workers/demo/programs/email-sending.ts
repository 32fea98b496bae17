import { randomInt } from 'node:crypto';
import Bull from 'bull';
import { redisConnection } from '../support/environment';
import { failSometimes } from '../support/failures';
import { HOSTILE_DATA, HOSTILE_NAME, hostileError } from '../support/hostile';
import { atRate, every, reportTrouble, runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

type Mail = { to: string; template: string };

/** The mail provider takes 15 mails a second; waves of mail reach 19. */
const queue = new Bull<Mail>('email-sending', {
  redis: redisConnection(),
  limiter: { max: 15, duration: 1_000 },
  defaultJobOptions: {
    attempts: 4,
    backoff: { type: 'fixed', delay: 5_000 },
    removeOnComplete: 500,
    removeOnFail: 300,
  },
});
queue.on('error', reportTrouble);
runUntilStopped(() => queue.close());

void queue.process('*', 10, async (job) => {
  await work(70, 600);
  if (job.name === HOSTILE_NAME) throw hostileError();
  failSometimes(0.03, job);
  return { accepted: [job.data.to] };
});

const TEMPLATES = ['welcome', 'receipt', 'password-reset', 'digest'];
const WAVE_MS = 3 * 60_000;
atRate(
  (now) => 11 + 8 * Math.sin((2 * Math.PI * now) / WAVE_MS),
  () => {
    const template = TEMPLATES[randomInt(TEMPLATES.length)] ?? 'welcome';
    return queue.add(template, { to: `user${randomInt(100_000)}@example.com`, template });
  },
);
every(
  90_000,
  () => queue.add(HOSTILE_NAME, { to: 'x@example.com', template: 'digest', ...HOSTILE_DATA } as Mail, { attempts: 1 }),
  5_000,
);
