const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `stop` once at the first signal that asks to end, then exits with code 0.
 * Ctrl-C reaches us twice (terminal and bootstrap), so further signals within a second count as the same one;
 * later ones end the process at once.
 */
export function onStop(stop: (signal: string) => Promise<void>): void {
  let firstAt: number | null = null;
  const handle = (signal: NodeJS.Signals) => {
    if (firstAt !== null) {
      if (Date.now() - firstAt > 1_000) process.exit(1);
      return;
    }
    firstAt = Date.now();
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of STOP_SIGNALS) process.on(signal, handle);
}
