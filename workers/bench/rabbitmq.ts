import { readFileSync } from 'node:fs';
import { connect } from 'amqplib';
import { createLog } from '../../lib/config/log';
import { RabbitWatch } from '../../lib/sources/rabbitmq/rabbit-watch';
import { startPrivateRabbit } from '../setup/private-rabbitmq';
import { median } from './meter';

const TICK_MS = 5_000;
/** Enough to reach over a list of consumers, which is read every 30 s. */
const TICKS = 7;
/** Linux tells CPU time in hundredths of a second. */
const MS_PER_CLOCK_TICK = 10;
const TARGETS = { tickMs: 1_000, requests: 10 };

/** What watching `count` queues of a RabbitMQ costs us and the broker, beside the broker at rest. */
export async function benchRabbit(count: number): Promise<string[][]> {
  const rabbit = await startPrivateRabbit();
  try {
    await fill(rabbit.amqpUrl.replace('//', `//${rabbit.user}:${rabbit.password}@`), count);
    await pause(2 * TICK_MS);
    const atRest = await shareOfCore(rabbit.pid, () => pause(TICKS * TICK_MS));
    const url = rabbit.managementUrl.replace('//', `//${rabbit.user}:${rabbit.password}@`);
    const config = { name: 'bench', kind: 'rabbitmq', url, readOnly: false } as const;
    const watch = new RabbitWatch(config, createLog('silent', 'bench'), TICK_MS);
    const [times, cpus, requests]: [number[], number[], number[]] = [[], [], []];
    let seen = 0;
    const watched = await shareOfCore(rabbit.pid, async () => {
      for (let tick = 0; tick < TICKS; tick += 1) {
        const [start, before, asked] = [performance.now(), process.cpuUsage(), watch.requests];
        const { readings } = await watch.look();
        const { user, system } = process.cpuUsage(before);
        times.push(performance.now() - start);
        cpus.push((user + system) / 1_000);
        requests.push(watch.requests - asked);
        seen = Math.max(seen, readings.length);
        await pause(Math.max(0, TICK_MS + 20 - (performance.now() - start)));
      }
    });
    await watch.close();
    const row = (what: string, value: string, target = '') => [what, value, target && `target ${target}`];
    return [
      row('queues seen', String(seen), String(count)),
      row('a tick, median (longest)', `${ms(median(times))} (${ms(Math.max(...times))})`, `≤ ${ms(TARGETS.tickMs)}`),
      row('our CPU a tick, median', ms(median(cpus))),
      row('requests a tick, median (most)', `${median(requests)} (${Math.max(...requests)})`, `< ${TARGETS.requests}`),
      row('the broker, watched', `${watched.toFixed(1)} % of a core`),
      row('the broker, at rest', `${atRest.toFixed(1)} % of a core`),
    ];
  } finally {
    await rabbit.stop();
  }
}

async function fill(url: string, count: number): Promise<void> {
  const connection = await connect(url, { noDelay: true });
  // The broker is ended before it.
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined);
  for (let n = 0; n < count; n += 1) {
    const name = `bench-${n}`;
    await channel.assertQueue(name, { durable: true });
    channel.sendToQueue(name, Buffer.from(`{"n":${n}}`), { persistent: true });
    if (n % 10 === 0) await channel.consume(name, () => undefined);
  }
  await channel.waitForConfirms();
  // Its consumers stay for as long as the process: the connection is not closed here.
}

/** CPU of a process while `run` runs, in percent of a core. */
async function shareOfCore(pid: number, run: () => Promise<void>): Promise<number> {
  const cpuMs = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_CLOCK_TICK;
  };
  const [start, before] = [performance.now(), cpuMs()];
  await run();
  return ((cpuMs() - before) / (performance.now() - start)) * 100;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
