import { expect, test } from 'vitest';
import { deathStory } from '../../domain/message';
import { deathsOf, groupOf } from './dead-group';

const died = (queue: string, more: object = {}) => ({
  ...{ queue, reason: 'rejected', exchange: 'reports', 'routing-keys': ['report'], count: 2, time: 1_700_000_000 },
  ...more,
});

test('the record of the broker names the origin, also of what expired among the dead letters since', () => {
  const headers = { 'x-death': [died('dlq', { reason: 'expired' }), died('orders')], 'x-error': 'card 17 declined' };
  expect(groupOf(headers, 'dlq')).toMatchObject({
    group: { reason: 'rejected', origin: 'orders' },
    header: 'x-error',
    death: { count: 2, at: 1_700_000_000_000 },
  });
  // What others say of the origin does not outweigh it.
  expect(groupOf({ ...headers, 'x-origin-queue': 'elsewhere' }, 'dlq').group.origin).toBe('orders');
});

test.each([
  { of: 'a header of its own', headers: { 'x-origin-queue': 'orders', 'X-Error': 'no' } },
  {
    of: 'Spring, from the default exchange',
    headers: { 'x-original-exchange': '', 'x-original-routingKey': 'orders' },
  },
  { of: 'NServiceBus', headers: { 'NServiceBus.FailedQ': 'orders' } },
  { of: 'MassTransit', headers: { 'MT-Fault-InputAddress': 'rabbitmq://mq.example/shop/orders?durable=true' } },
])('what a consumer published anew names its origin as well: $of', ({ headers }) => {
  expect(groupOf(headers, 'dlq').group).toMatchObject({ reason: 'republished', origin: 'orders' });
});

test('what was published by an exchange of its own, or here itself, has no known origin', () => {
  const byExchange = { 'x-original-exchange': 'shop', 'x-original-routingKey': 'order.made' };
  expect(groupOf(byExchange, 'dlq').group.origin).toBeNull();
  expect(groupOf({ 'x-origin-queue': 'dlq' }, 'dlq').group.origin).toBeNull();
  expect(groupOf({ 'x-origin-queue': 7, 'x-death': 'none' }, 'dlq').group.origin).toBeNull();
});

test('the way of a dead letter is told from its beginning', () => {
  const { 'x-death': _, ...told } = { 'x-death': 0, 'x-origin-queue': 'orders' };
  expect(deathStory(deathsOf(told)).map(({ text }) => text)).toEqual(['given up by a consumer in orders']);
  expect(deathStory(deathsOf({ 'x-death': [died('b', { reason: 'expired', count: 1 }), died('a')] }))).toEqual([
    {
      text: 'rejected by a consumer in a, 2 times; it had come by the exchange reports with the key report',
      at: 1_700_000_000_000,
    },
    { text: 'expired in b; it had come by the exchange reports with the key report', at: 1_700_000_000_000 },
  ]);
});
