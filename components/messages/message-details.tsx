'use client';
import type { ReactNode } from 'react';
import { deathStory, type Message } from '@/lib/domain/message';
import { formatBytes } from '../format/number';
import { isContainer } from '../json/json-rows';
import { JsonTree } from '../json/json-tree';
import { Ago, Clock } from '../shell/time';
import { JobBlock, JobLine } from '../ui/job-text';

/** All that a message carries: payload by its content type, properties, headers, and how it came to die. */
export function MessageDetails({ message }: { message: Message }) {
  const { payload, headers, deaths } = message;
  const { 'x-death': _told, ...otherHeaders } = headers;
  const parsed = payload.encoding === 'text' && !payload.isCut ? parse(payload.text, message.contentType) : null;
  return (
    <div className="grid gap-3 border-t border-line bg-sunken/40 px-3 py-3 md:px-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="flex min-w-0 flex-col gap-3">
        {deaths.length > 0 && (
          <Part title="How it came here">
            <ol className="flex list-decimal flex-col gap-1 pl-5 text-sm">
              {deathStory(deaths).map(({ text, at }, index) => (
                <li key={index} className="[overflow-wrap:anywhere]">
                  <JobLine>{text}</JobLine>
                  {at !== null && (
                    <span className="text-ink-3">
                      {' '}
                      · <Ago at={at} />
                    </span>
                  )}
                </li>
              ))}
            </ol>
          </Part>
        )}
        <Part title={`Payload · ${formatBytes(payload.bytes)}${payload.isCut ? ', the beginning' : ''}`}>
          {parsed !== null && isContainer(parsed.value) ? (
            <JsonTree value={parsed.value} root="payload" search="" />
          ) : payload.encoding === 'base64' ? (
            <>
              <p className="mb-1 text-xs text-ink-3">Not text: shown as base64.</p>
              <JobBlock className="max-h-96 overflow-y-auto">{payload.text}</JobBlock>
            </>
          ) : (
            <JobBlock className="max-h-96 overflow-y-auto">{payload.text}</JobBlock>
          )}
        </Part>
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <Part title="Properties">
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-xs">
            {propertiesOf(message).map(([name, value]) => (
              <Property key={name} name={name} value={value} />
            ))}
            {message.timestamp !== null && (
              <>
                <dt className="text-ink-3">timestamp</dt>
                <dd>
                  <Clock at={message.timestamp} />
                </dd>
              </>
            )}
          </dl>
        </Part>
        <Part title="Headers">
          {Object.keys(otherHeaders).length === 0 ? (
            <p className="text-xs text-ink-3">none</p>
          ) : (
            <JsonTree value={otherHeaders} root="headers" search="" />
          )}
        </Part>
      </div>
    </div>
  );
}

function propertiesOf(message: Message): [string, string][] {
  const all: [string, string | number | null][] = [
    ['exchange', message.exchange === '' ? '(default)' : message.exchange],
    ['routing key', message.routingKey],
    ['content type', message.contentType],
    ['content encoding', message.contentEncoding],
    ['delivery', message.isPersistent ? 'persistent' : 'in memory only'],
    ['priority', message.priority],
    ['message id', message.messageId],
    ['correlation id', message.correlationId],
    ['reply to', message.replyTo],
    ['type', message.type],
    ['app id', message.appId],
    ['user id', message.userId],
    ['expiration', message.expiration === null ? null : `${message.expiration} ms`],
  ];
  return all.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
}

function Property({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">
        <JobLine>{value}</JobLine>
      </dd>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="label mb-1">{title}</h3>
      {children}
    </section>
  );
}

/** `null` for what its type does not call JSON, and what is none. */
function parse(text: string, contentType: string | null): { value: unknown } | null {
  if (contentType !== null && !/json/i.test(contentType)) return null;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}
