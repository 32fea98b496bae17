import { randomInt } from 'node:crypto';

/**
 * Throws one of the usual troubles in `share` (0–1) of the calls: of the passing kind, which the job's attempts may
 * get over, or of the lasting kind, for which the job is given up at once.
 * @param bullJob a job of Bull, which has to be told; BullMQ goes by the error's name
 */
export function failSometimes(share: number, bullJob?: { discard(): unknown }): void {
  if (Math.random() >= share) return;
  if (Math.random() < 0.5) pick([connectionRefused, timeout, unavailable])();
  bullJob?.discard();
  try {
    pick([typeError, invalid, brokenJson])();
  } catch (error) {
    throw Object.assign(error as Error, { name: 'UnrecoverableError' });
  }
}

function pick<T>(items: readonly [T, ...T[]]): T {
  return items[randomInt(items.length)] ?? items[0];
}

function connectionRefused(): never {
  const address = `10.20.4.${randomInt(11, 19)}`;
  const error = new Error(`connect ECONNREFUSED ${address}:8443 (payments.internal)`);
  throw Object.assign(error, { code: 'ECONNREFUSED', address, port: 8443 });
}

function typeError(): never {
  const customer = JSON.parse('{"id": 7}') as { address: { country: string } };
  throw new Error(`unreachable: ${customer.address.country}`);
}

function timeout(): never {
  throw Object.assign(new Error(`Timed out after ${randomInt(5, 31)} s waiting for pdf-renderer`), {
    name: 'TimeoutError',
  });
}

function unavailable(): never {
  const id = randomInt(10_000, 99_999);
  throw Object.assign(new Error(`HTTP 503 Service Unavailable: GET https://crm.internal/v2/customers/${id}`), {
    status: 503,
  });
}

function invalid(): never {
  throw Object.assign(new Error(`"recipient" must be an e-mail address, found "user${randomInt(1_000)}@"`), {
    name: 'ValidationError',
  });
}

function brokenJson(): never {
  JSON.parse('{"rows": [1, 2,');
  throw new Error('unreachable');
}
