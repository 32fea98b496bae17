import { expect, test } from 'vitest';
import { liveThrough } from '../testing/life-weather';

/** The long run, over many seeds and kinds of weather, is `npm run soak`. */
test('random lives: what is not marked is exactly what the workers wrote down, whatever happens to those who watch', async () => {
  const { lives, findings, disagreements } = await liveThrough(['calm', 'ears cut', 'collector killed', 'calm'], {
    seed: 5,
    livesARound: 30,
  });
  expect(lives).toBeGreaterThan(300);
  const wrong = findings.filter(({ isMarked, truth, shown }) => !isMarked && truth !== shown);
  expect(wrong).toEqual([]);
  // Nothing happened in a calm round, so that nothing may be marked there.
  expect(findings.filter(({ weather, isMarked }) => weather === 'calm' && isMarked)).toEqual([]);
  // Streams are read again: what they tell is whole even where it is marked.
  expect(findings.filter(({ queue, truth, shown }) => /bullmq}?$/.test(queue) && truth !== shown)).toEqual([]);
  expect(disagreements).toEqual([]);
}, 180_000);
