import { describe, expect, test } from 'vitest';
import { bullDriver, bullMqDriver } from '../../lib/testing/queue-drivers';
import { DRILLS } from './drills/index';
import { runDrill } from './run-drill';

const QUICK = DRILLS.filter(({ isQuick }) => isQuick);

describe.concurrent('real incidents are told for what they are, and no longer when they are over', () => {
  test.each(QUICK.map((drill, index) => ({ drill, driver: index % 2 === 0 ? bullMqDriver : bullDriver })))(
    '$drill.what ($driver.label)',
    async ({ drill, driver }) => {
      const lines: string[] = [];
      const result = await runDrill(drill, driver, (line) => lines.push(line), true);
      expect(result.isGood, lines.join('\n')).toBe(true);
    },
    120_000,
  );
});
