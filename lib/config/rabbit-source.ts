import { sourceConfigSchema, type SourceConfig } from './config';
import { withoutPassword } from './redis-address';

/** The source that `RABBITMQ_URL` names, with what belongs to it. `text`: a variable, or the content of its `_FILE`. */
export function rabbitSources(
  text: (name: string) => string | undefined,
  others: readonly SourceConfig[],
  problems: string[],
): SourceConfig[] {
  const url = text('RABBITMQ_URL');
  const amqpUrl = text('RABBITMQ_AMQP_URL');
  if (url === undefined && amqpUrl !== undefined)
    problems.push(
      'RABBITMQ_URL: missing; RABBITMQ_AMQP_URL alone does not suffice, queues are watched through the management API (http://user:password@host:15672)',
    );
  if (url === undefined) return [];
  const tls = {
    caFile: text('RABBITMQ_CA_FILE'),
    certFile: text('RABBITMQ_CERT_FILE'),
    keyFile: text('RABBITMQ_KEY_FILE'),
    serverName: text('RABBITMQ_SERVER_NAME'),
  };
  const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
  const parsed = sourceConfigSchema.safeParse({
    name: others.some(({ name }) => name === 'rabbitmq') ? 'rabbitmq-env' : 'rabbitmq',
    kind: 'rabbitmq',
    url,
    ...(amqpUrl === undefined ? {} : { amqpUrl }),
    ...(Object.keys(given).length > 0 ? { tls: given } : {}),
  });
  if (parsed.success) return [parsed.data];
  for (const { path, message } of parsed.error.issues) {
    const [name, value] = path[0] === 'amqpUrl' ? ['RABBITMQ_AMQP_URL', amqpUrl ?? ''] : ['RABBITMQ_URL', url];
    problems.push(`${name}: found ${JSON.stringify(withoutPassword(value))}, ${message}`);
  }
  return [];
}
