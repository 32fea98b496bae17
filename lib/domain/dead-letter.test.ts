import { describe, expect, test } from 'vitest';
import { deadLetterNameOf, isDeadLetterName, moveTargetOf, moveTargetSchema, originNameOf } from './dead-letter';

describe('which queues are for dead letters, by their names', () => {
  test.each([
    'mail-dlq',
    'DLQ:mail',
    'mail.dead',
    'mail_dead_letter',
    'dead-letters',
    'parking-lot',
    'mail-quarantine',
  ])('%s is one', (name) => expect(isDeadLetterName(name)).toBe(true));
  test.each(['mail', 'deadline-reminders', 'idlquery', 'letters', 'parking', 'undead'])('%s is none', (name) =>
    expect(isDeadLetterName(name)).toBe(false),
  );
  test('the one that jobs are moved to is one, and tells where they came from', () => {
    const to = deadLetterNameOf('mail');
    expect(isDeadLetterName(to)).toBe(true);
    expect(originNameOf(to)).toBe('mail');
    expect(moveTargetOf('bring-back', to)).toBe('mail');
    expect(moveTargetOf('bring-back', 'mail-dlq')).toBeNull();
  });
  test.each(['', 'a:b', 'a\nb'])('%j is no name to move to', (name) =>
    expect(moveTargetSchema.safeParse(name).success).toBe(false),
  );
});
