import { expect, test } from 'vitest';
import { readBullMessage } from './bull-messages';

const event = (type: string, jobId: string, base = 'bull:q') => ({
  base,
  at: 7,
  type: 'event',
  raw: { at: 7, jobId, type },
});
const failed = (jobId: string, reason: string) => {
  const message = event('failed', jobId);
  return { ...message, raw: { ...message.raw, reason } };
};

test.each([
  {
    channel: 'bull:q:waiting@token',
    payload: '12',
    expected: event('waiting', '12'),
    because: 'the id is the payload',
  },
  {
    channel: 'bull:q:active@token',
    payload: 'order:7',
    expected: event('active', 'order:7'),
    because: 'an id may be any text',
  },
  { channel: 'bull:q:stalled@', payload: '3', expected: event('stalled', '3'), because: 'a stall has no token' },
  {
    channel: 'bull:a:b:waiting@t',
    payload: '3',
    expected: event('waiting', '3', 'bull:a:b'),
    because: 'a name may hold colons',
  },
  {
    channel: 'bull:q:completed',
    payload: '{"jobId":"5","val":"{}"}',
    expected: event('completed', '5'),
    because: 'ends are JSON',
  },
  {
    channel: 'bull:q:failed',
    payload: '{"jobId":"a\\"b","val":"x"}',
    expected: failed('a"b', 'x'),
    because: 'ids are unescaped',
  },
  {
    channel: 'bull:q:failed',
    payload: JSON.stringify({ jobId: '1', val: 'says "no"\n\\' }),
    expected: failed('1', 'says "no"\n\\'),
    because: 'the message of a failure is unescaped',
  },
  {
    channel: 'bull:q:failed',
    payload: JSON.stringify({ jobId: '1', val: '\\'.repeat(20_000) }),
    expected: failed('1', '\\'.repeat(1_024)),
    because: 'of a long message its beginning is taken, cut between two escapes',
  },
  {
    channel: 'bull:q:failed',
    payload: '{"jobId": "5", "val": "job stalled more than maxStalledCount"}',
    expected: event('stalled-out', '5'),
    because: 'the stall that fails a job',
  },
  {
    channel: 'bull:q:duplicated@t',
    payload: '5',
    expected: { base: 'bull:q', at: 7, type: 'duplicate' },
    because: 'an add that made no job',
  },
  {
    channel: 'bull:q:delayed',
    payload: '1795511416295.001953125',
    expected: { base: 'bull:q', at: 7, type: 'delayed', score: String(1795511416295 * 4096 + 8) },
    because: 'a put-off retry is found by its score',
  },
  {
    channel: 'bull:q:delayed',
    payload: '1795511416295',
    expected: { base: 'bull:q', at: 7, type: 'put-off', until: '1795511416295' },
    because: 'a delayed add names nobody',
  },
  { channel: 'bull:q:delayed', payload: 'soon', expected: null, because: 'no time is named' },
  { channel: 'bull:q:completed', payload: 'not json', expected: null, because: 'anybody may publish anything' },
  { channel: 'bull:q:completed', payload: '{"val":1}', expected: null, because: 'no job is named' },
  { channel: 'bull:q:drained', payload: '', expected: null, because: 'nothing about a job' },
])('$because', ({ channel, payload, expected }) => expect(readBullMessage(channel, payload, 7)).toEqual(expected));
