import type { z } from 'zod';
import { ApiError } from './problem';
import { goToSignIn } from './sign-in-redirect';

const BASE = '/api/v1';

type Options = { signal?: AbortSignal; headers?: Record<string, string> };

/** `GET`, checked by `schema`. @throws ApiError, ZodError, TypeError (network) */
export function apiGet<S extends z.ZodType>(path: string, schema: S, options: Options = {}): Promise<z.output<S>> {
  return call(path, schema, { method: 'GET' }, options);
}

/** `POST` of a JSON body, answer checked by `schema`. @throws ApiError, ZodError, TypeError (network) */
export function apiPost<S extends z.ZodType>(
  path: string,
  body: unknown,
  schema: S,
  options: Options = {},
): Promise<z.output<S>> {
  return call(
    path,
    schema,
    { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
    options,
  );
}

/** `PUT` or `DELETE`, with a JSON body or without one. @throws ApiError, ZodError, TypeError (network) */
export function apiSend<S extends z.ZodType>(
  method: 'PUT' | 'DELETE',
  path: string,
  body: unknown,
  schema: S,
): Promise<z.output<S>> {
  const init: RequestInit =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return call(path, schema, { method, ...init }, {});
}

/** The whole of a text answer. @throws ApiError, TypeError (network) */
export async function apiText(path: string, options: Options = {}): Promise<string> {
  const response = await send(path, { method: 'GET' }, options);
  return response.text();
}

/** An answer that comes bit by bit; reading its body is up to the caller. @throws ApiError, TypeError (network) */
export function apiStream(path: string, options: Options = {}): Promise<Response> {
  return send(path, { method: 'GET' }, options);
}

/** As `apiText`, with the answer's entity tag. @throws ApiError, TypeError (network) */
export async function apiTagged(path: string, options: Options = {}): Promise<{ text: string; tag: string }> {
  const response = await send(path, { method: 'GET' }, options);
  return { text: await response.text(), tag: (response.headers.get('etag') ?? '').replace(/^(W\/)?"|"$/g, '') };
}

/** Address of an endpoint for a plain link. */
export function apiHref(path: string): string {
  return BASE + path;
}

async function call<S extends z.ZodType>(
  path: string,
  schema: S,
  init: RequestInit,
  options: Options,
): Promise<z.output<S>> {
  const response = await send(path, init, options);
  return schema.parse(await response.json());
}

async function send(path: string, init: RequestInit, { signal, headers }: Options): Promise<Response> {
  const response = await fetch(BASE + path, {
    ...init,
    ...(signal ? { signal } : {}),
    headers: { accept: 'application/json', ...(init.headers as Record<string, string> | undefined), ...headers },
    credentials: 'same-origin',
    redirect: 'error',
  });
  if (response.ok) return response;
  if (response.status === 401) goToSignIn();
  throw new ApiError(response.status, await response.json().catch(() => null));
}
