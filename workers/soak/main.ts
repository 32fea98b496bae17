import { soakFuzz } from './fuzz';
import { soakLives } from './lives';
import { soakOperations } from './operations';

/**
 * Long trials that are too slow for `npm test`, by name: `npm run soak -- operations`. Without a name all of them run.
 * Each throws what it finds; the exit code says whether all held.
 */
const PARTS: Record<string, (args: readonly string[]) => Promise<void>> = {
  operations: soakOperations,
  lives: soakLives,
  fuzz: soakFuzz,
};

const [name, ...args] = process.argv.slice(2).filter((word) => word !== '--');
const parts = name === undefined ? Object.entries(PARTS) : Object.entries(PARTS).filter(([part]) => part === name);
if (parts.length === 0) {
  console.error(`There is no soak "${name}". There are: ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}
let isGood = true;
for (const [part, run] of parts) {
  console.log(`soak: ${part}`);
  try {
    await run(args);
    console.log(`soak: ${part} held`);
  } catch (error) {
    isGood = false;
    console.error(`soak: ${part} did not hold:`, error);
  }
}
process.exit(isGood ? 0 : 1);
