import { performance } from 'node:perf_hooks';

/** Runs one step of a long start and prints one line for it: what, the outcome in words, seconds. */
export async function step<T>(
  title: string,
  run: () => Promise<T>,
  outcome: (value: T) => string = () => 'done',
): Promise<T> {
  const start = performance.now();
  try {
    const value = await run();
    console.log(`• ${title}: ${outcome(value)} (${seconds(performance.now() - start)})`);
    return value;
  } catch (error) {
    console.log(`• ${title}: failed (${seconds(performance.now() - start)})`);
    throw error;
  }
}

/** `ms` as `1.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A trouble that its one line explains fully: printed without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** Ends the process with code 1 and what is worth knowing of `error`. */
export function endWith(error: unknown): never {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}
