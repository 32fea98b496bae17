import type { z } from 'zod';
import type { Caller, Right } from '../../domain/permissions';
import type { Queue } from '../../domain/queue';
import type { ApiContext } from './context';

type Schema = z.ZodType;
type Out<S> = S extends Schema ? z.output<S> : undefined;

/** What a handler gets: everything parsed and allowed. `queue` is there for paths with `{queue}`. */
export type RouteInput<P extends Schema | undefined, Q extends Schema | undefined, B extends Schema | undefined> = {
  params: Out<P>;
  query: Out<Q>;
  body: Out<B>;
  queue: Queue;
  actor: Caller;
  request: Request;
  context: ApiContext;
};

/** One endpoint, declared: what it takes, who may call it, what it answers. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, with `{name}` segments. `{queue}` stands for `{source}/{namespace}/{name}` or the opaque key. */
  path: string;
  /** `null`: open to everybody who passes the gate. */
  right: Right | null;
  summary: string;
  params: Schema | undefined;
  query: Schema | undefined;
  body: Schema | undefined;
  /** Status → schema of the JSON body, or the media type of another body. */
  answers: Readonly<Record<number, Schema | string>>;
  handle: (input: RouteInput<undefined, undefined, undefined>) => Promise<Response> | Response;
};

type Declaration<P extends Schema | undefined, Q extends Schema | undefined, B extends Schema | undefined> = Omit<
  Route,
  'params' | 'query' | 'body' | 'handle'
> & {
  params?: P;
  query?: Q;
  body?: B;
  handle: (input: RouteInput<P, Q, B>) => Promise<Response> | Response;
};

/** Declares an endpoint; the handler's types follow from the schemas. */
export function route<
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
>(declaration: Declaration<P, Q, B>): Route {
  const { params, query, body, handle, ...rest } = declaration;
  return { ...rest, params, query, body, handle: handle as unknown as Route['handle'] };
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}
