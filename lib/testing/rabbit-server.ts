import { connect, type ChannelModel } from 'amqplib';

/** A virtual host of its own on the tests' broker, so that files of tests do not see each other's queues. */
export type TestVhost = {
  readonly name: string;
  /** The broker's administrator, for sources and connections. */
  readonly managementUrl: string;
  readonly amqpUrl: string;
  /** Calls the management API; `path` follows `/api/`. @throws Error with its answer when it refuses */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Path of one of its queues: `queues/<vhost>/<name>`. */
  queuePath(name: string): string;
  /** Makes a user with these tags and permissions here; returns URLs of the broker with its credentials. */
  addUser(
    tags: string,
    permissions?: { configure: string; write: string; read: string },
  ): Promise<{ name: string; managementUrl: string; amqpUrl: string }>;
  /** Ended by `close`. */
  connect(): Promise<ChannelModel>;
  close(): Promise<void>;
};

let made = 0;

/** @throws Error when the tests were started without a broker */
export async function openVhost(
  managementUrl = process.env['TEST_RABBITMQ_URL'],
  amqpUrl = process.env['TEST_RABBITMQ_AMQP_URL'],
): Promise<TestVhost> {
  if (!managementUrl || !amqpUrl) throw new Error('TEST_RABBITMQ_URL is not set: run vitest with --project rabbit');
  made += 1;
  const name = `test-${process.pid}-${made}`;
  const { username, password } = new URL(managementUrl);
  const base = withUser(managementUrl, null);
  const headers = {
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'content-type': 'application/json',
  };
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(new URL(`/api/${path}`, base), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  };
  const vhost = encodeURIComponent(name);
  const connections: ChannelModel[] = [];
  const users: string[] = [];
  const amqp = `${amqpUrl.replace(/\/$/, '')}/${vhost}`;
  await api('PUT', `vhosts/${vhost}`);
  await api('PUT', `permissions/${vhost}/${username}`, { configure: '.*', write: '.*', read: '.*' });
  return {
    name,
    managementUrl,
    amqpUrl: amqp,
    api,
    queuePath: (queue) => `queues/${vhost}/${encodeURIComponent(queue)}`,
    async addUser(tags, permissions) {
      const user = `user-${process.pid}-${made}-${users.length}`;
      users.push(user);
      await api('PUT', `users/${user}`, { password: 'secret', tags });
      if (permissions) await api('PUT', `permissions/${vhost}/${user}`, permissions);
      const credentials = { name: user, password: 'secret' };
      return {
        name: user,
        managementUrl: withUser(managementUrl, credentials),
        amqpUrl: withUser(amqp, credentials),
      };
    },
    async connect() {
      const connection = await connect(amqp, { noDelay: true });
      connection.on('error', () => undefined);
      connections.push(connection);
      return connection;
    },
    async close() {
      await Promise.allSettled(connections.map((connection) => connection.close()));
      await api('DELETE', `vhosts/${vhost}`);
      await Promise.all(users.map((user) => api('DELETE', `users/${user}`)));
    },
  };
}

function withUser(url: string, user: { name: string; password: string } | null): string {
  const changed = new URL(url);
  changed.username = user?.name ?? '';
  changed.password = user?.password ?? '';
  return changed.href.replace(/\/$/, '');
}
