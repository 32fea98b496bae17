/** The demo's queue, and where its dead letters go. */
export const REPORTS = {
  exchange: 'reports',
  queue: 'report-generation',
  deadExchange: 'reports.dead',
  deadQueue: 'report-generation.dead',
} as const;

export const RABBIT_USERS = ['producer', 'consumer', 'failures', 'monitor', 'tailback'] as const;
export type RabbitUser = (typeof RABBIT_USERS)[number];

/**
 * The rabbitmqctl commands that make the users: who publishes can only write to the exchange, who consumes can only read the
 * queue, who says why it gives a message up can only write to the exchange for dead letters, the monitor only looks, and
 * Tailback may move messages but declare nothing. docs/rabbitmq.md has the same.
 */
export function userCommands(password: (user: RabbitUser) => string): string[][] {
  const exact = (name: string) => name.replaceAll('.', '\\.');
  const dead = exact(REPORTS.deadQueue);
  const may = (user: RabbitUser, configure: string, write: string, read: string) => [
    ...['set_permissions', '-p', '/', user, configure, write, read],
  ];
  return [
    ...RABBIT_USERS.map((user) => ['add_user', user, password(user)]),
    ['set_user_tags', 'monitor', 'monitoring'],
    ['set_user_tags', 'tailback', 'monitoring'],
    may('producer', '^$', `^${REPORTS.exchange}$`, '^$'),
    may('consumer', '^$', '^$', `^${REPORTS.queue}$`),
    may('failures', '^$', `^${exact(REPORTS.deadExchange)}$`, '^$'),
    may('monitor', '^$', '^$', '^$'),
    may('tailback', '^$', `^(amq\\.default|${dead}|${REPORTS.queue})$`, `^(${REPORTS.queue}|${dead})$`),
  ];
}
