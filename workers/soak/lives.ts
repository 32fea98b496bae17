import { parseArgs } from 'node:util';
import { LIFE_GROUNDS, type LifeGroundName } from '../../lib/testing/life-ground';
import { liveThrough, WEATHER, weatherOf, type Finding, type Weather } from '../../lib/testing/life-weather';
import { seeded } from '../../lib/testing/random-lives';
import { findRedis } from '../setup/find-redis';

const OPTIONS = {
  minutes: { type: 'string', default: '15' },
  seed: { type: 'string' },
  lives: { type: 'string', default: '150' },
  rounds: { type: 'string', default: '6' },
  /** Only these kinds of weather, joined by commas. */
  weather: { type: 'string' },
  /** One server, Sentinels or a Cluster; without it each in turn. */
  ground: { type: 'string' },
} as const;
/** Calm rounds may not be marked at all; of the others this share, since ears are deaf and collectors away in them. */
const MOST_MARKED = 0.9;

/**
 * Random lives of jobs in real queues in random weather: prints every figure that is not marked and not exact, and the
 * share of those that are marked. @throws when there is one of the first, or when more is marked than the weather excuses
 */
export async function soakLives(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const until = Date.now() + Number(values.minutes) * 60_000;
  const grounds = LIFE_GROUNDS.filter((ground) => values.ground === undefined || values.ground === ground);
  process.env['TEST_REDIS_BIN'] ??= (await findRedis()).file;
  const all: Finding[] = [];
  let lives = 0;
  let disagreements = 0;
  for (let seed = Number(values.seed ?? Date.now() % 100_000); Date.now() < until; seed += 1) {
    const random = seeded(seed);
    const ground = grounds[seed % grounds.length] as LifeGroundName;
    const chosen = weatherOf(ground).filter(
      (weather) => values.weather === undefined || values.weather.split(',').includes(weather),
    );
    const pick = (): Weather => chosen[Math.floor(random() * chosen.length)] as Weather;
    const weathers: Weather[] = ['calm', ...Array.from({ length: Number(values.rounds) - 1 }, pick)];
    console.log(`seed ${seed}, ${ground}: ${weathers.join(', ')}`);
    const options = { seed, ground, livesARound: Number(values.lives) };
    const outcome = await liveThrough(weathers, options, (line) => console.log(`  ${line}`));
    lives += outcome.lives;
    all.push(...outcome.findings);
    if (outcome.disagreements.length > 0) disagreements += 1;
    for (const line of outcome.disagreements) console.log(`  TIERS DIFFER ${line}`);
    for (const finding of outcome.findings) if (isBad(finding)) console.log('  WRONG', JSON.stringify(finding));
  }
  const markedShare = report(all);
  const bad = all.filter(isBad).length;
  console.log(
    `${lives} lives, ${all.length} figures: ${bad} wrong and not marked, or marked in calm; ${Math.round(markedShare * 100)} % marked in other weather; tiers disagree in ${disagreements} runs`,
  );
  if (bad + disagreements > 0 || markedShare > MOST_MARKED) throw new Error('Figures do not hold.');
}

/** Prints a line for each kind of weather; answers the share of marked figures in all but calm. */
function report(all: readonly Finding[]): number {
  for (const weather of WEATHER) {
    const ofWeather = all.filter((finding) => finding.weather === weather);
    if (ofWeather.length === 0) continue;
    const share = (some: readonly Finding[]) => `${Math.round((100 * some.length) / ofWeather.length)} %`;
    const marked = ofWeather.filter(({ isMarked }) => isMarked);
    const right = marked.filter(({ truth, shown }) => truth === shown);
    console.log(`${weather}: ${ofWeather.length} figures, marked ${share(marked)}, right all the same ${share(right)}`);
  }
  const inWeather = all.filter(({ weather }) => weather !== 'calm');
  return inWeather.filter(({ isMarked }) => isMarked).length / Math.max(1, inWeather.length);
}

/** Not marked and not exact, or marked although nothing happened. */
function isBad({ weather, isMarked, truth, shown }: Finding): boolean {
  return isMarked ? weather === 'calm' : truth !== shown;
}
