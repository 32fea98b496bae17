declare module 'bull-arena' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export type ArenaQueueConfig = {
    name: string;
    hostId: string;
    type: 'bull' | 'bullmq';
    /** Handed to the constructors as `redis` (Bull) or `connection` (BullMQ). */
    redis: object;
  };
  export type ArenaConfig = { queues: ArenaQueueConfig[]; Bull: unknown; BullMQ: unknown };
  export type ArenaLayer = {
    handle: (...args: unknown[]) => unknown;
    route?: { stack: ArenaLayer[] };
  };
  /** The parts of its express application that we touch. */
  export type ArenaApp = ((request: IncomingMessage, response: ServerResponse) => void) & {
    locals: {
      layout?: string;
      Queues: {
        setConfig(config: ArenaConfig): void;
        /** Open queues by host and name; Arena itself never closes one. */
        _queues: Record<string, Record<string, unknown>>;
      };
    };
    use(handler: (error: unknown, request: IncomingMessage, response: ServerResponse, next: () => void) => void): void;
    _router: { stack: ArenaLayer[] };
  };
  function run(config: ArenaConfig, options: { disableListen: true; basePath: string; useCdn: false }): ArenaApp;
  export default run;
}
