import { expect, test } from 'vitest';
import type { LifeGroundName } from '../testing/life-ground';
import { liveThrough, type Weather } from '../testing/life-weather';

const CASES: { ground: LifeGroundName; weathers: Weather[]; lives: number }[] = [
  { ground: 'one', weathers: ['calm', 'ears cut', 'collector killed', 'calm'], lives: 30 },
  { ground: 'sentinel', weathers: ['ears cut', 'failed over'], lives: 15 },
  { ground: 'cluster', weathers: ['ears cut', 'failed over'], lives: 15 },
];

/** The long run, over many seeds and kinds of weather, is `npm run soak`. */
test.concurrent.each(CASES)(
  'random lives ($ground): what is not marked is exactly what the workers wrote down, whatever happens to those who watch',
  async ({ ground, weathers, lives: livesARound }) => {
    const { lives, findings, disagreements } = await liveThrough(weathers, { seed: 5, livesARound, ground });
    expect(lives).toBeGreaterThan(3 * livesARound * weathers.length);
    const wrong = findings.filter(({ isMarked, truth, shown }) => !isMarked && truth !== shown);
    expect(wrong).toEqual([]);
    // Nothing happened in a calm round, so that nothing may be marked there.
    expect(findings.filter(({ weather, isMarked }) => weather === 'calm' && isMarked)).toEqual([]);
    // Streams are read again: what they tell is whole even where it is marked, unless a server took it with it.
    const told = findings.filter(({ queue, weather }) => /bullmq}?$/.test(queue) && weather !== 'failed over');
    expect(told.filter(({ truth, shown }) => truth !== shown)).toEqual([]);
    expect(disagreements).toEqual([]);
  },
  180_000,
);
