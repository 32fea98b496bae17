import { randomInt } from 'node:crypto';

/** Throws one of the usual troubles in `share` (0–1) of the calls. */
export function failSometimes(share: number): void {
  if (Math.random() >= share) return;
  const trouble = TROUBLES[randomInt(TROUBLES.length)];
  trouble?.();
}

const TROUBLES: readonly (() => never)[] = [connectionRefused, typeError, timeout, unavailable, invalid, brokenJson];

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
