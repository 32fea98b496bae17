import { expect, test } from 'vitest';
import { withoutLabel } from './alert-words';

const id = { source: 'main', namespace: 'bull', name: 'mail' };

test('the label at the front goes', () =>
  expect(withoutLabel('main/bull/mail: no worker is left.', id)).toBe('No worker is left.'));
test('another sentence stays', () =>
  expect(withoutLabel('12 jobs of main/bull/mail: late', id)).toBe('12 jobs of main/bull/mail: late'));
