import { startPrivateRabbit } from '../setup/private-rabbitmq';

/**
 * Gives the tests one RabbitMQ of their own, with its administrator in the URLs: `TEST_RABBITMQ_URL` (management) and
 * `TEST_RABBITMQ_AMQP_URL`. Both may be set from outside to use another.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env['TEST_RABBITMQ_URL'] && process.env['TEST_RABBITMQ_AMQP_URL']) return async () => {};
  // Statistics ten times as often as usual: tests wait for them.
  const rabbit = await startPrivateRabbit({ config: () => ['collect_statistics_interval = 500'] });
  const access = `${rabbit.user}:${rabbit.password}@`;
  process.env['TEST_RABBITMQ_URL'] = rabbit.managementUrl.replace('//', `//${access}`);
  process.env['TEST_RABBITMQ_AMQP_URL'] = rabbit.amqpUrl.replace('//', `//${access}`);
  return () => rabbit.stop();
}
