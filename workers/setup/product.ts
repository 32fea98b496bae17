import { configurationVariables } from './configuration';
import { supervise, type Supervisor } from './supervise';
import { SetupError } from './step';
import { waitUntil, webState, type WebState } from './wait-until';

export type ProductOptions = {
  port: number;
  /** Variables of the configuration; those of this process's environment are not handed on. */
  env: Readonly<Record<string, string>>;
  onRestart?: (line: string) => void;
  /** Both processes give up, for example on a configuration that cannot be used. */
  onUnusable?: (name: string) => void;
};

export type Product = {
  url: string;
  /** Waits until pages are served with data. @throws SetupError that says why not */
  ready(limitMs: number): Promise<void>;
  state(): Promise<WebState>;
  stop(): Promise<void>;
};

/** Runs web and collector, built before, with a configuration of their own. */
export function startProduct({ port, env, onRestart, onUnusable }: ProductOptions): Product {
  forgetConfiguration();
  const url = `http://127.0.0.1:${port}`;
  const variables = {
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    HOST: '127.0.0.1',
    PORT: String(port),
    ...env,
  };
  const failure = new AbortController();
  const supervisor: Supervisor = supervise(
    [
      { name: 'web', entry: 'workers/web.ts', env: variables },
      { name: 'collector', entry: 'workers/collector.ts', env: variables },
    ],
    {
      onUnusable: ({ name }) => {
        failure.abort(new SetupError(`${name} cannot work with this configuration, see above`));
        onUnusable?.(name);
      },
      onRestart: ({ name }, how, delayMs) => onRestart?.(`${name} ${how}; starting it again in ${delayMs / 1000} s`),
    },
  );
  const state = () => webState(url);
  return {
    url,
    state,
    async ready(limitMs) {
      const isReady = async () => (await state()).isReady;
      if (await waitUntil(isReady, { limitMs, everyMs: 150, signal: failure.signal })) return;
      failure.signal.throwIfAborted();
      throw new SetupError(
        `Tailback is not ready after ${limitMs / 1000} s: ${(await state()).reason ?? 'no reason given'}`,
      );
    },
    stop: () => supervisor.stop(),
  };
}

/** A demo or a test must not watch the Redis that the person's shell happens to name. */
function forgetConfiguration(): void {
  for (const name of configurationVariables()) delete process.env[name];
}
