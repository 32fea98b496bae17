/** Where a demo program finds its surroundings; set by `workers/demo/main.ts`. */
export type DemoEnvironment = { redisUrl: string; apiUrl: string; token: string; source: string };

/** @throws Error when the program was not started by the demo */
export function demoEnvironment(): DemoEnvironment {
  return {
    redisUrl: required('DEMO_REDIS_URL'),
    apiUrl: required('DEMO_API_URL'),
    token: required('DEMO_TOKEN'),
    source: required('DEMO_SOURCE'),
  };
}

/** Connection options that Bull and BullMQ both take. */
export function redisConnection(): { host: string; port: number; username?: string; password?: string; db: number } {
  const url = new URL(demoEnvironment().redisUrl);
  return {
    host: url.hostname,
    port: Number(url.port || 6379),
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    db: Number(url.pathname.slice(1) || 0),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the demo's programs are started by "npm run demo"`);
  return value;
}
