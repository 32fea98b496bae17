import { renameSync, writeFileSync } from 'node:fs';

// Preloaded into the product by a long trial: at SIGUSR2 collects garbage and writes down what is left, in bytes. The
// resident set alone says more of how lazily V8 collects than of what is held.
const file = process.env.TAILBACK_TELL_MEMORY;
process.on('SIGUSR2', () => {
  globalThis.gc();
  setTimeout(() => {
    // What was waiting to be finalised goes with the second one.
    globalThis.gc();
    const own = `${file}.${process.pid}`;
    writeFileSync(`${own}.new`, JSON.stringify(process.memoryUsage()));
    renameSync(`${own}.new`, own);
  }, 50);
});
