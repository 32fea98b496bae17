// Preloaded into our child processes. They run in sessions of their own, so that Ctrl-C reaches the parent alone, which
// then stops them in order; if the parent is killed without a chance to do so, they must not go on for ever.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 1_000).unref();
