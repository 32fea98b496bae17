import { describe, expect, test } from 'vitest';
import { fingerprintOf } from './fingerprint';

/** One kind of error as different jobs, hosts, deploys and versions of a library word it. */
const SAME: readonly (readonly [what: string, ...reasons: string[]])[] = [
  // Node
  [
    'fs ENOENT',
    "ENOENT: no such file or directory, open '/tmp/uploads/a1b2/photo.png'",
    "ENOENT: no such file or directory, open '/tmp/uploads/9f/cat.jpeg'",
  ],
  ['fs EACCES', "EACCES: permission denied, mkdir '/data/1'", "EACCES: permission denied, mkdir '/data/2/x'"],
  ['fs ENOSPC', 'ENOSPC: no space left on device, write', 'ENOSPC: no space left on device, write'],
  ['fs EMFILE', "EMFILE: too many open files, open '/srv/a.txt'", "EMFILE: too many open files, open '/srv/b.txt'"],
  [
    'net refused',
    'connect ECONNREFUSED 127.0.0.1:6379',
    'connect ECONNREFUSED 10.1.2.3:6380',
    'connect ECONNREFUSED ::1:6379',
    'connect ECONNREFUSED 127.0.0.1:6379 - Local (127.0.0.1:55555)',
  ],
  ['net refused by name', 'connect ECONNREFUSED redis:6379', 'connect ECONNREFUSED 172.17.0.2:6379'],
  ['net timeout', 'connect ETIMEDOUT 52.1.2.3:443', 'connect ETIMEDOUT 2606:4700::6810:85e5:443'],
  [
    'dns',
    'getaddrinfo ENOTFOUND db.prod.internal',
    'getaddrinfo ENOTFOUND cache-2.eu.example.com',
    'getaddrinfo ENOTFOUND redis redis:6379',
  ],
  ['dns again', 'getaddrinfo EAI_AGAIN postgres', 'getaddrinfo EAI_AGAIN api.stripe.com:443'],
  [
    'port in use',
    'listen EADDRINUSE: address already in use :::3000',
    'listen EADDRINUSE: address already in use 0.0.0.0:8080',
  ],
  ['tls expired', 'certificate has expired', 'certificate has expired'],
  [
    'tls name',
    "Hostname/IP does not match certificate's altnames: Host: a.example.com. is not in the cert's altnames: DNS:*.b.com",
    "Hostname/IP does not match certificate's altnames: Host: c.example.org. is not in the cert's altnames: DNS:*.d.com",
  ],
  [
    'invalid argument',
    'The "path" argument must be of type string. Received undefined',
    'The "path" argument must be of type string. Received undefined',
  ],
  [
    'invalid argument type',
    'The "chunk" argument must be of type string. Received type number (5)',
    'The "chunk" argument must be of type string. Received type number (17)',
  ],
  [
    'module',
    "Cannot find module 'sharp'\nRequire stack:\n- /app/releases/1/dist/worker.js",
    "Cannot find module 'sharp'\nRequire stack:\n- /srv/x/worker.js\n- /srv/x/main.js",
  ],
  [
    'exit code',
    'Command failed: ffmpeg -i /tmp/in-1.mp4 /tmp/out-1.webm',
    'Command failed: ffmpeg -i /tmp/in-22.mp4 /tmp/out-22.webm',
  ],
  [
    'memory',
    'Worker terminated due to reaching memory limit: JS heap out of memory',
    'Worker terminated due to reaching memory limit: JS heap out of memory',
  ],
  // HTTP clients
  ['axios 404', 'Request failed with status code 404', 'Request failed with status code 404'],
  ['axios timeout', 'timeout of 5000ms exceeded', 'timeout of 30000ms exceeded'],
  ['axios size', 'maxContentLength size of 2000 exceeded', 'maxContentLength size of 50000000 exceeded'],
  [
    'undici connect',
    'Connect Timeout Error (attempted address: api.example.com:443, timeout: 10000ms)',
    'Connect Timeout Error (attempted address: other.example.com:443, timeout: 500ms)',
  ],
  ['got', 'Response code 503 (Service Unavailable)', 'Response code 503 (Service Unavailable)'],
  [
    'node-fetch',
    'request to https://api.example.com/v1/users/42?token=x failed, reason: connect ECONNREFUSED 1.2.3.4:443',
    'request to https://api2.example.com/v1/users/77?token=yy failed, reason: connect ECONNREFUSED 5.6.7.8:443',
  ],
  [
    'own fetch',
    'GET https://api.example.com/v2/orders/1001 responded with status 500',
    'GET https://api.example.com/v2/orders/7 responded with status 500',
  ],
  ['invalid URL', 'Failed to parse URL from /api/users/1', 'Failed to parse URL from /api/users/92'],
  // Databases
  [
    'pg unique',
    'duplicate key value violates unique constraint "users_email_key"',
    'duplicate key value violates unique constraint "users_email_key"',
  ],
  [
    'pg foreign key',
    'insert or update on table "orders" violates foreign key constraint "orders_user_id_fkey"',
    'insert or update on table "orders" violates foreign key constraint "orders_user_id_fkey"',
  ],
  ['pg syntax', 'invalid input syntax for type uuid: "abc"', 'invalid input syntax for type uuid: "1234-x"'],
  ['pg deadlock', 'deadlock detected', 'deadlock detected'],
  ['pg timeout', 'canceling statement due to statement timeout', 'canceling statement due to statement timeout'],
  ['pg login', 'password authentication failed for user "alice"', 'password authentication failed for user "svc_1"'],
  [
    'pg hba',
    'no pg_hba.conf entry for host "10.0.0.1", user "a", database "b", SSL off',
    'no pg_hba.conf entry for host "10.9.8.7", user "c", database "b", SSL off',
  ],
  [
    'mysql duplicate',
    "Duplicate entry 'bob@example.com' for key 'users.email'",
    "Duplicate entry 'eve@example.com' for key 'users.email'",
  ],
  [
    'mysql lock',
    'ER_LOCK_DEADLOCK: Deadlock found when trying to get lock; try restarting transaction',
    'ER_LOCK_DEADLOCK: Deadlock found when trying to get lock; try restarting transaction',
  ],
  ['mysql data', "Data too long for column 'name' at row 1", "Data too long for column 'name' at row 12"],
  [
    'mongo duplicate',
    'E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: "a@b.com" }',
    'E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: "someone.else@c.org" }',
  ],
  ['mongo selection', 'Server selection timed out after 30000 ms', 'Server selection timed out after 5000 ms'],
  ['mongo closed', 'connection 7 to 10.0.0.3:27017 closed', 'connection 12 to 10.0.0.4:27017 closed'],
  [
    'mongoose cast',
    'Cast to ObjectId failed for value "xyz" (type string) at path "_id" for model "User"',
    'Cast to ObjectId failed for value "123" (type string) at path "_id" for model "User"',
  ],
  [
    'prisma',
    '\nInvalid `prisma.user.create()` invocation:\n\n\nUnique constraint failed on the fields: (`email`)',
    '\nInvalid `prisma.user.create()` invocation:\n\nUnique constraint failed on the fields: (`email`)',
  ],
  [
    'redis retries',
    'Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.',
    'Reached the max retries per request limit (which is 3). Refer to "maxRetriesPerRequest" option for details.',
  ],
  ['redis moved', 'MOVED 3999 127.0.0.1:6381', 'MOVED 12182 10.0.0.8:6379'],
  [
    'redis script',
    'ERR Error running script (call to f_9d0c1e7aa4b3): @user_script:12: WRONGTYPE Operation against a key',
    'ERR Error running script (call to f_17aab3): @user_script:3: WRONGTYPE Operation against a key',
  ],
  [
    'redis oom',
    "OOM command not allowed when used memory > 'maxmemory'. script: 9d0c1e7aa4b3f, on @user_script:1.",
    "OOM command not allowed when used memory > 'maxmemory'. script: 77ac1e7aa4b3f, on @user_script:44.",
  ],
  // Cloud, mail, payments
  ['s3 key', 'The specified key does not exist.', 'The specified key does not exist.'],
  [
    's3 v2',
    'NoSuchKey: The specified key does not exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey; Request ID: 4442587FB7D0A2F9)',
    'NoSuchKey: The specified key does not exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey; Request ID: 9A42587FB7D0A2C1)',
  ],
  [
    'aws denied',
    'User: arn:aws:sts::123456789012:assumed-role/worker/i-0abc is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::bucket-a/k',
    'User: arn:aws:sts::123456789012:assumed-role/worker/i-9def is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::bucket-b/other/key',
  ],
  ['aws rate', 'Rate exceeded', 'Rate exceeded'],
  [
    'aws deserialise',
    "char 'e' is not expected.:1:1\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.",
    "char 'x' is not expected.:12:31\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.",
  ],
  [
    'smtp unknown',
    "Can't send mail - all recipients were rejected: 550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown",
    "Can't send mail - all recipients were rejected: 550 5.1.1 <eve@mail.example.org>: Recipient address rejected: User unknown",
  ],
  [
    'smtp login',
    'Invalid login: 535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a640c23a62f3a-a5787c0a8d9sm1 - gsmtp',
    'Invalid login: 535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials qf14-20020a0562144b8e00b0sm2 - gsmtp',
  ],
  ['stripe customer', "No such customer: 'cus_9s6XKzkNRiz8i3'", "No such customer: 'cus_AbCdEfGhIjKlMn'"],
  [
    'stripe intent',
    'No such payment_intent: pi_3MtwBwLkdIwHu7ix28a3tqPa',
    'No such payment_intent: pi_3NabcdLkdIwHu7ixQWERTYui',
  ],
  [
    'stripe request',
    'Invalid API Key provided: sk_test_****1234 (request req_AbCdEf1234567)',
    'Invalid API Key provided: sk_test_****9876 (request req_Zz9yXw7654321)',
  ],
  [
    'api as json',
    '{"error":{"type":"invalid_request_error","message":"No such order: \'or_1\'","request_id":"a"}}',
    '{"error":{"type":"invalid_request_error","message":"No such order: \'or_22\'","request_id":"bb"}}',
  ],
  // JavaScript
  [
    'json old and new',
    'Unexpected token u in JSON at position 0',
    'Unexpected token \'u\', "undefined" is not valid JSON',
    'Unexpected token < in JSON at position 0',
    'Unexpected token \'<\', "<!DOCTYPE "... is not valid JSON',
    '"undefined" is not valid JSON',
  ],
  ['json end', 'Unexpected end of JSON input', 'Unexpected end of JSON input'],
  [
    'json rest',
    'Unexpected non-whitespace character after JSON at position 4',
    'Unexpected non-whitespace character after JSON at position 19',
  ],
  [
    'read property old and new',
    "Cannot read property 'email' of undefined",
    "Cannot read properties of undefined (reading 'email')",
  ],
  [
    'set property old and new',
    "Cannot set property 'total' of null",
    "Cannot set properties of null (setting 'total')",
  ],
  ['index', "Cannot read properties of undefined (reading '0')", "Cannot read properties of undefined (reading '12')"],
  ['not a function', 'job.data.items.map is not a function', 'job.data.items.map is not a function'],
  ['range', 'Invalid array length', 'Invalid array length'],
  ['date', 'Invalid time value', 'Invalid time value'],
  ['own id', 'Order 1001 not found', 'Order 7 not found'],
  [
    'own uuid',
    'User 123e4567-e89b-12d3-a456-426614174000 not found',
    'User 9b2d1f6e-aaaa-4bbb-8ccc-0123456789ab not found',
  ],
  [
    'own hex',
    'Document 507f1f77bcf86cd799439011 is locked by worker-7f8d9c6b5-x2k9p',
    'Document 12345678 is locked by worker-5c6d7e8f9-abc12',
  ],
  ['own date', 'No rates for 2024-01-31', 'No rates for 2026-11-24T10:00:00.000Z'],
  ['own quoted', 'Template "welcome" has no subject', "Template 'Good bye, Bob' has no subject"],
  ['own list', 'Unknown SKUs: 12, 13, 14', 'Unknown SKUs: 99'],
  ['own money', 'Amount 1,024.50 exceeds the limit of 1000', 'Amount 7 exceeds the limit of 5.5'],
  [
    'own mail',
    'Mail to bob@example.com bounced',
    'Mail to "eve" <eve@other.example> bounced'.replace('"eve" <', '').replace('>', ''),
  ],
  ['own file', 'Cannot convert /data/in/2024/holiday.png', 'Cannot convert /data/in/2023/cat.jpeg'],
  // Bull and BullMQ
  ['stalled', 'job stalled more than allowable limit', 'job stalled more than maxStalledCount'],
  [
    'missing lock',
    'Missing lock for job 12. moveToFinished',
    'Missing lock for job repeat:abc:1700000000000. moveToFinished',
  ],
  [
    'missing key',
    'Missing key for job 7. updateProgress',
    'Missing key for job 123e4567-e89b-12d3-a456-426614174000. updateProgress',
  ],
  ['not active', 'Job 12 is not in the active state. finished', 'Job 900 is not in the active state. finished'],
  [
    'lock mismatch',
    'Lock mismatch for job 5. Cmd moveToFinished from active',
    'Lock mismatch for job 61. Cmd moveToFinished from active',
  ],
  ['child', 'child bull:thumbs:17 failed', 'child bull:thumbs:4711 failed'],
  ['bull timeout', 'Promise timed out after 30000 milliseconds', 'Promise timed out after 500 milliseconds'],
  ['rate limited', 'bullmq:rateLimitExceeded', 'bullmq:rateLimitExceeded'],
  ['attempts', 'job failed after 3 attempts', 'job failed after 12 attempts'],
];

/** Kinds that must not be thrown together. */
const DIFFERENT: readonly (readonly [string, string])[] = [
  ['Request failed with status code 404', 'Request failed with status code 500'],
  ['Response code 502 (Bad Gateway)', 'Response code 503 (Service Unavailable)'],
  ['connect ECONNREFUSED 127.0.0.1:6379', 'connect ETIMEDOUT 127.0.0.1:6379'],
  ["Cannot read properties of undefined (reading 'email')", "Cannot read properties of null (reading 'email')"],
  ["Cannot read properties of undefined (reading 'email')", "Cannot read properties of undefined (reading 'total')"],
  [
    'duplicate key value violates unique constraint "users_email_key"',
    'duplicate key value violates unique constraint "users_pkey"',
  ],
  ["Duplicate entry 'a' for key 'users.email'", "Duplicate entry 'a' for key 'users.login'"],
  ["Cannot find module 'sharp'", "Cannot find module 'canvas'"],
  ["ENOENT: no such file or directory, open '/a'", "ENOENT: no such file or directory, unlink '/a'"],
  [
    'The "path" argument must be of type string. Received undefined',
    'The "data" argument must be of type string. Received undefined',
  ],
  ['550 5.1.1 <a@b.com>: User unknown', '552 5.2.2 <a@b.com>: Mailbox full'],
  ['Order 1 not found', 'Customer 1 not found'],
  ['job stalled more than allowable limit', 'Missing lock for job 1. moveToFinished'],
  ['Process exited with code 1', 'Process exited with code 137'],
  ['a.map is not a function', 'a.filter is not a function'],
  ['E11000 duplicate key error collection: shop.users', 'E11000 duplicate key error collection: shop.orders'],
  ['GET https://a.com/v1/users/1 failed', 'GET https://a.com/v1/orders/1 failed'],
  ['', 'undefined'],
];

const of = (reason: string, stack: string | null = null) => fingerprintOf({ reason, stack });

describe('one kind, one fingerprint', () => {
  test.each(SAME)('%s', (_, ...reasons) => {
    const titles = new Set(reasons.map((reason) => of(reason).title));
    expect([...titles]).toHaveLength(1);
    expect(new Set(reasons.map((reason) => of(reason).fingerprint)).size).toBe(1);
  });
  test('the table holds sixty kinds and more, all told apart', () => {
    const kinds = new Map(SAME.map(([what, reason = '']) => [of(reason).fingerprint, what]));
    expect(kinds.size).toBeGreaterThanOrEqual(60);
    expect(kinds.size).toBeGreaterThanOrEqual(SAME.length - 2);
  });
});

test.each(DIFFERENT)('%s ≠ %s', (one, other) => expect(of(one).fingerprint).not.toBe(of(other).fingerprint));

describe('the stack', () => {
  const stack = (first: string, ...frames: string[]) => [first, ...frames.map((frame) => `    at ${frame}`)].join('\n');

  test('another deploy, line, extension and receiver is the same frame', () => {
    const before = stack(
      'TypeError: x is not a function',
      'JSON.parse (<anonymous>)',
      'Object.send (/srv/shop/releases/20260101120000/dist/mail/send.js:12:5)',
    );
    const after = stack(
      'TypeError: x is not a function',
      'async send (file:///srv/shop/releases/20261124/src/mail/send.ts:99:17)',
    );
    expect(of('x is not a function', before)).toEqual(of('x is not a function', after));
    expect(of('x is not a function', before)).toMatchObject({ errorClass: 'TypeError', frame: 'mail/send:send' });
  });
  test('libraries and Node are not own, old and new', () => {
    const text = stack(
      'Error: connect ECONNREFUSED 127.0.0.1:1',
      'TCPConnectWrap.afterConnect [as oncomplete] (net.js:1141:16)',
      'new Promise (<anonymous>)',
      'async Promise.all (index 0)',
      'process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      'internal/process/task_queues.js:93:5',
      '/app/node_modules/axios/lib/core.js:1:2',
      'Runtime.handler (file:///var/runtime/index.mjs:1:1)',
      'Q.run (C:\\app\\node_modules\\q\\q.js:1:2)',
      'async charge (C:\\app\\src\\billing\\charge.ts:30:9)',
    );
    expect(of('x', text).frame).toBe('billing/charge:charge');
    expect(of('x', stack('Error: x', 'a (node:net:1:1)')).frame).toBeNull();
  });
  test('bundles with a hash in their name', () => {
    const frames = ['main.3f2a91bc.js', 'main.77aa01.js'].map(
      (file) => of('x', stack('Error: x', `f (/app/dist/${file}:1:2)`)).frame,
    );
    expect(frames).toEqual(['main.*:f', 'main.*:f']);
  });
  test('the same message from two places is two kinds', () => {
    const [a, b] = ['mail', 'sms'].map(
      (file) => of('timeout', stack('Error: timeout', `send (/app/src/${file}.js:1:1)`)).fingerprint,
    );
    expect(a).not.toBe(b);
  });
  test.each([
    ['AxiosError: Request failed', 'Request failed', 'AxiosError'],
    ['error: duplicate key', 'duplicate key', 'error'],
    ['TypeError [ERR_INVALID_URL]: Invalid URL', 'Invalid URL', 'TypeError [ERR_INVALID_URL]'],
    ['AggregateError [ECONNREFUSED]: ', '', 'AggregateError [ECONNREFUSED]'],
    ['UnrecoverableError: no', 'no', 'UnrecoverableError'],
    ['warning: see below', 'something else', null],
    ['Payment: refused', 'Payment: refused', null],
  ])('class of %j', (first, reason, expected) =>
    expect(of(reason, `${first}\n    at f (/a/b.js:1:1)`).errorClass).toBe(expected),
  );
  test('another class is another kind', () =>
    expect(of('no', 'RangeError: no').fingerprint).not.toBe(of('no', 'TypeError: no').fingerprint));
});

describe('hostile text', () => {
  test('escapes, invisible marks and half characters are neither compared nor shown', () => {
    const plain = of('Payment failed');
    for (const text of [
      '\u001b[31mPayment\u001b[0m failed',
      '\u202ePayment\u202c failed',
      'Pay\u200bment failed',
      '\u0000Payment failed',
    ])
      expect(of(text)).toEqual(plain);
    expect(of('half \ud83d').title).toBe('half \ufffd');
    expect(of('<script>alert(1)</script>').title).toContain('alert');
  });
  test.each([
    ['quotes', '"'.repeat(1_000_000)],
    ['open quotes', "a '".repeat(400_000)],
    ['slashes', '/a'.repeat(500_000)],
    ['dots', 'a.'.repeat(500_000)],
    ['dashes', 'a-'.repeat(500_000)],
    ['colons', ':'.repeat(1_000_000)],
    ['digits', '1'.repeat(1_000_000)],
    ['mixed', 'a1'.repeat(500_000)],
    ['ats', 'a@'.repeat(500_000)],
    ['escapes', '\u001b['.repeat(500_000)],
    ['braces', '{"a":'.repeat(200_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['one word', 'x'.repeat(1_000_000)],
  ])('a megabyte of %s takes no time', (_, text) => {
    const stack = `${text}\n    at ${text} (${text})\n${`    at ${text.slice(0, 500)}\n`.repeat(500)}`;
    const took: number[] = [];
    let title = '';
    // The quickest of three: other processes may have the processor meanwhile.
    for (let n = 0; n < 3; n += 1) {
      const start = performance.now();
      ({ title } = fingerprintOf({ reason: text, stack }));
      took.push(performance.now() - start);
    }
    expect(Math.min(...took)).toBeLessThan(50);
    expect(title.length).toBeLessThanOrEqual(240);
  });
});
