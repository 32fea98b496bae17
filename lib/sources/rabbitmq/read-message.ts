import type { Message } from '../../domain/message';
import { deathsOf } from './dead-group';
import { Fields, isRecord } from './fields';

const FIRST_MS = 100_000_000_000;

/** A message as the management API gives it. `index`: its place in the answer. */
export function readMessage(item: unknown, index: number): Message {
  const message = Fields.of(item);
  const properties = message.of('properties');
  const headers = isRecord(item) && isRecord(item['properties']) ? item['properties']['headers'] : undefined;
  const known = isRecord(headers) ? headers : {};
  const text = typeof (item as { payload?: unknown }).payload === 'string' ? (item as { payload: string }).payload : '';
  const isText = message.text('payload_encoding') !== 'base64';
  const bytes = message.number('payload_bytes') ?? 0;
  const read = isText ? Buffer.byteLength(text) : Math.floor((text.length * 3) / 4);
  const timestamp = properties.number('timestamp');
  return {
    index,
    payload: { text, encoding: isText ? 'text' : 'base64', bytes, isCut: read + 2 < bytes },
    exchange: message.text('exchange') ?? '',
    routingKey: message.text('routing_key') ?? '',
    redelivered: message.is('redelivered'),
    contentType: properties.text('content_type'),
    contentEncoding: properties.text('content_encoding'),
    isPersistent: properties.number('delivery_mode') === 2,
    priority: properties.number('priority'),
    messageId: properties.text('message_id'),
    correlationId: properties.text('correlation_id'),
    replyTo: properties.text('reply_to'),
    type: properties.text('type'),
    appId: properties.text('app_id'),
    userId: properties.text('user_id'),
    expiration: properties.text('expiration'),
    timestamp: timestamp === null ? null : timestamp >= FIRST_MS ? timestamp : timestamp * 1_000,
    headers: known,
    deaths: deathsOf(known),
  };
}
