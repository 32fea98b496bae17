import { parseArgs } from 'node:util';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../../lib/testing/queue-drivers';
import { DRILLS } from './drills/index';
import { report } from './report';
import { runDrill, type DrillResult } from './run-drill';

const USAGE = `npm run drill -- NAME… | --all | --quick   [--library bull|bullmq5|bullmq] [--at-once 2] [--silent]`;
const LIBRARIES = { bull: bullDriver, bullmq5: bullMq5Driver, bullmq: bullMqDriver } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  args: process.argv.slice(2).filter((word) => word !== '--'),
  options: {
    all: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    library: { type: 'string', default: 'bullmq' },
    'at-once': { type: 'string', default: '1' },
    silent: { type: 'boolean', default: false },
  },
});
const driver = LIBRARIES[values.library as keyof typeof LIBRARIES];
const chosen = DRILLS.filter(
  ({ name, isQuick, isBullMqOnly }) =>
    (values.all || (values.quick && isQuick) || positionals.includes(name)) &&
    (isBullMqOnly !== true || values.library !== 'bull'),
);
if (!driver || chosen.length === 0) {
  console.error(`${USAGE}\n\n${DRILLS.map(({ name, what }) => `${name.padEnd(24)} ${what}`).join('\n')}`);
  process.exit(2);
}
const queue = [...chosen];
const results: DrillResult[] = [];
await Promise.all(
  Array.from({ length: Number(values['at-once']) }, async () => {
    for (let drill = queue.shift(); drill; drill = queue.shift()) {
      const { name } = drill;
      const tell = (line: string) => values.silent || console.log(`${name}: ${line}`);
      try {
        results.push(await runDrill(drill, driver, tell));
      } catch (error) {
        console.error(`${name}:`, error);
        const failed = { first: 'error', sentence: String(error), saidAfterMs: null, goneAfterMs: null };
        results.push({ drill, library: driver.label, isGood: false, ...failed, wrong: [], under: [] });
      }
      const last = results.find((result) => result.drill === drill);
      console.log(`${name}: ${last?.isGood ? 'as expected' : 'NOT as expected'} (${last?.first ?? 'silence'})`);
    }
  }),
);
results.sort((a, b) => chosen.indexOf(a.drill) - chosen.indexOf(b.drill));
console.log(`\n${report(results)}`);
process.exit(results.every(({ isGood }) => isGood) ? 0 : 1);
