const NAMES = /^(TAILBACK_|NEXTAUTH_|REDIS_URL|RABBITMQ_|HOST(_FILE)?$|PORT(_FILE)?$)/;

/** Variables of this environment that configure Tailback: addresses and secrets among them. */
export function configurationVariables(env: NodeJS.ProcessEnv = process.env): string[] {
  return Object.keys(env).filter((name) => NAMES.test(name));
}
