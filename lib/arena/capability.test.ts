import { describe, expect, test } from 'vitest';
import type { Actor } from '../domain/permissions';
import { arenaPolicy } from './arena-policy';
import { arenaRequest } from './arena-request';
import { CAPABILITY_MS, makeCapability, readCapability } from './capability';

const SECRET = 'a secret of more than thirty-two characters';
const actor: Actor = {
  kind: 'person',
  name: 'eve@x',
  role: 'operator',
  address: '10.0.0.1',
  session: { id: 's', epoch: 3 },
};

describe('a capability', () => {
  const text = makeCapability(actor, SECRET, 1_000);
  test('stands for the person, role and session, at the address of its user', () => {
    expect(readCapability(text, SECRET, '10.0.0.2', 2_000)).toEqual({
      actor: { ...actor, address: '10.0.0.2' },
      madeAt: 1_000,
    });
    expect(text).toMatch(/^[\w-]+\.[\w-]+$/);
  });
  test('is good for a quarter of an hour', () => {
    expect(readCapability(text, SECRET, '', 1_000 + CAPABILITY_MS)).not.toBeNull();
    expect(readCapability(text, SECRET, '', 1_001 + CAPABILITY_MS)).toBeNull();
    expect(readCapability(makeCapability(actor, SECRET, 200_000), SECRET, '', 1_000)).toBeNull();
  });
  test('cannot be made or changed without the secret', () => {
    const [payload, mac] = text.split('.') as [string, string];
    const promoted = Buffer.from(
      Buffer.from(payload, 'base64url').toString('utf8').replace('operator', 'admin'),
    ).toString('base64url');
    for (const forged of [
      `${promoted}.${mac}`,
      payload,
      `${payload}.`,
      `.${mac}`,
      `${text}.x`,
      '',
      makeCapability(actor, 'another secret', 1_000),
    ])
      expect(readCapability(forged, SECRET, '', 2_000)).toBeNull();
  });
});

describe('a request to Arena', () => {
  const parse = (method: string, path: string, search = '') =>
    arenaRequest({ method, pathname: `/arena/c/CAP${path}`, search });
  test.each([
    { method: 'POST', path: '/api/queue/main/q/job', action: 'add job', jobIds: [] },
    { method: 'DELETE', path: '/api/queue/main/q/job/7', action: 'remove job', jobIds: ['7'] },
    { method: 'PATCH', path: '/api/queue/main/q/job/bulk', action: 'retry jobs', jobIds: [] },
    { method: 'PATCH', path: '/api/queue/main/q/delayed/job/a%2Fb', action: 'promote job', jobIds: ['a/b'] },
    { method: 'PUT', path: '/api/queue/main/q/job/7/data', action: 'change job data', jobIds: ['7'] },
    { method: 'PUT', path: '/api/queue/main/q/pause', action: 'pause queue', jobIds: [] },
    { method: 'DELETE', path: '/api/queue/main/q/obliterate', action: null, jobIds: [] },
    { method: 'POST', path: '/api/flow/main/x/flow', action: null, jobIds: [] },
    { method: 'POST', path: '/main/q', action: null, jobIds: [] },
  ])('$method $path is "$action"', ({ method, path, action, jobIds }) =>
    expect(parse(method, path)).toMatchObject({ action, jobIds, isWrite: true }),
  );
  test('names the queue in pages and calls', () => {
    expect(parse('GET', '/main%20(x)/a%2Fb/waiting').queue).toEqual({ host: 'main (x)', name: 'a/b' });
    expect(parse('GET', '/api/queue/main/q').queue).toEqual({ host: 'main', name: 'q' });
    expect(parse('GET', '/').queue).toBeNull();
    expect(parse('GET', '/vendor/jsoneditor.min.js')).toMatchObject({ queue: null, isAsset: true, capability: 'CAP' });
  });
  test('reads at most a hundred whole jobs at once', () => {
    expect(parse('GET', '/main/q/failed', '?page=2&pageSize=100000').search).toBe('?page=2&pageSize=100');
    expect(parse('GET', '/main/q/failed', '?pageSize=50').search).toBe('?pageSize=50');
    expect(parse('GET', '/main/q/failed.json').isDump).toBe(true);
    expect(parse('GET', '/main/q/17').isDump).toBe(false);
  });
});

test('the policy gives no origin and runs no script without the nonce', () => {
  const policy = arenaPolicy('N');
  expect(policy).toContain('sandbox allow-scripts allow-forms allow-modals;');
  expect(policy).toContain("script-src 'nonce-N';");
  expect(policy).not.toContain('allow-same-origin');
});
