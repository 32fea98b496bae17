import { diagnose, NO_MEMORY, type DiagnosisMemory } from '../../lib/diagnose/diagnose';
import { Lately } from '../../lib/diagnose/lately';
import { bareLook } from '../../lib/diagnose/look';
import { aQueue } from '../../lib/testing/a-queue';
import { median } from './meter';

const QUEUES = 1_000;
const SECONDS = 120;
const WARM_UP_SECONDS = 60;
const START = 1_795_511_400_000;

/** What a tick of the diagnosis costs for 1,000 queues at rest, that work, and that all fall behind: median ms. */
export function benchDiagnosis(): void {
  console.log(`\nDiagnosis of ${QUEUES} queues, median of ${SECONDS - WARM_UP_SECONDS} ticks:`);
  for (const life of ['at rest', 'at work', 'falling behind'] as const) {
    const queues = Array.from({ length: QUEUES }, () => ({ recent: new Lately(START - 900_000), memory: NO_MEMORY }));
    const took: number[] = [];
    for (let second = 0; second < SECONDS; second += 1) {
      const ms = tick(queues, life, START + second * 1_000, second);
      if (second >= WARM_UP_SECONDS) took.push(ms);
    }
    console.log(`  ${life}: ${median(took).toFixed(1)} ms`);
  }
}

type Known = { recent: Lately; memory: DiagnosisMemory };

function tick(queues: Known[], life: string, now: number, second: number): number {
  const isBehind = life === 'falling behind';
  const seen = queues.map(({ recent }) => {
    if (life !== 'at rest') {
      recent.take([{ at: now, name: 'a', type: 'arrived', count: isBehind ? 20 : 10 }]);
      for (let n = 0; n < 10; n += 1)
        recent.take([{ at: now, name: n % 2 ? 'a' : 'b', type: 'completed', runMs: 50 + n }]);
    }
    return aQueue({ readAt: now, ...(isBehind ? { counts: { waiting: 10 * second, active: 2 } } : {}) });
  });
  const start = performance.now();
  for (const [index, known] of queues.entries()) {
    const queue = seen[index];
    if (!queue) continue;
    known.recent.observe(queue, now);
    known.memory = diagnose(bareLook(queue, known.recent, now), known.memory).memory;
  }
  return performance.now() - start;
}
