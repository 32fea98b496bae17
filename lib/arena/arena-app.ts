import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import run, { type ArenaApp, type ArenaLayer } from 'bull-arena';
import type { Queue } from '../domain/queue';
import { OpenQueue } from './open-queue';
import { arenaQueues, listSignature } from './queue-list';
import type { ArenaConnections } from './connections';

/** What our layout shows beside Arena's own pages. */
export type ArenaLocals = { nonce: string; isReadOnly: boolean };

/** Called with what a page of Arena threw. */
export type OnArenaError = (error: unknown, request: IncomingMessage, response: ServerResponse) => void;

/**
 * Bull Arena in this process: one, since its template helpers are global. Its list of queues follows `setQueues`.
 */
export class ArenaHost {
  private app: ArenaApp | null = null;
  private seen: readonly Queue[] | null = null;
  private signature = '';

  constructor(
    private readonly connections: ArenaConnections,
    private readonly onError: OnArenaError,
  ) {}

  /** Takes over the newest queues; does nothing when they are those of the last call. */
  setQueues(queues: readonly Queue[]): void {
    if (queues === this.seen) return;
    this.seen = queues;
    const signature = listSignature(queues);
    if (signature === this.signature) return;
    const config = {
      queues: arenaQueues(queues, (source) => this.connections.of(source)),
      Bull: OpenQueue,
      BullMQ: OpenQueue,
    };
    // It throws without any queue; the door answers then.
    if (config.queues.length === 0) return;
    this.signature = signature;
    if (!this.app) {
      this.app = this.build(config);
      return;
    }
    const { Queues } = this.app.locals;
    Queues.setConfig(config);
    // It keeps opened queues by name for ever: another version, or a queue that is gone, must not be used on.
    Queues._queues = {};
  }

  /** @throws before the first queue is known */
  serve(request: IncomingMessage, response: ServerResponse, locals: ArenaLocals): void {
    if (!this.app) throw new Error('Arena has no queues yet');
    (response as ServerResponse & { locals: ArenaLocals }).locals = locals;
    this.app(request, response);
  }

  private build(config: Parameters<typeof run>[0]): ArenaApp {
    const app = run(config, { disableListen: true, basePath: '/arena/c/:capability', useCdn: false });
    app.locals.layout = fileURLToPath(new URL('layout.hbs', import.meta.url));
    for (const layer of app._router.stack) passRejectionsOn(layer);
    app.use((error, request, response, _next) => this.onError(error, request, response));
    return app;
  }
}

/** Express 4 drops the promise of a handler: when it rejects, the request would wait for ever. */
function passRejectionsOn(layer: ArenaLayer): void {
  const { handle } = layer;
  const inner = (handle as unknown as { stack?: ArenaLayer[] }).stack ?? layer.route?.stack;
  if (inner) {
    for (const one of inner) passRejectionsOn(one);
    return;
  }
  if (handle.length > 3) return;
  layer.handle = function (this: unknown, request: unknown, response: unknown, next: unknown) {
    const result = handle.call(this, request, response, next);
    if (result instanceof Promise) result.catch(next as (error: unknown) => void);
    return result;
  };
}
