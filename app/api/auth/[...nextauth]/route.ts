import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { ADDRESS_HEADER } from '@/lib/host';
import { authOptions, getHost } from '@/lib/server';

type Context = { params: Promise<{ nextauth: string[] }> };

/** Sign-in and sign-out. The gate in front says under which scheme the person came. */
async function handle(request: NextRequest, context: Context): Promise<Response> {
  // The library answers 500 to this one, which is nothing but a wrong method.
  if (request.method === 'GET' && (await context.params).nextauth.join('/') === 'callback/credentials')
    return new Response(null, { status: 405, headers: { Allow: 'POST' } });
  const isSecure = request.headers.get('x-forwarded-proto') === 'https';
  const from = {
    address: request.headers.get(ADDRESS_HEADER) ?? '',
    agent: request.headers.get('user-agent') ?? '',
  };
  const response = (await NextAuth(
    request as never,
    context as never,
    authOptions(getHost(), isSecure, from),
  )) as Response;
  return withRetryAfter(response);
}

/** next-auth answers 401 to every refusal; one for too many attempts is a 429 that says how long to wait. */
async function withRetryAfter(response: Response): Promise<Response> {
  if (response.status !== 401) return response;
  const seconds = /too-many%3A(\d+)/.exec(await response.clone().text())?.[1];
  if (seconds === undefined) return response;
  const headers = new Headers(response.headers);
  headers.set('Retry-After', seconds);
  return new Response(response.body, { status: 429, headers });
}

export { handle as GET, handle as POST };
