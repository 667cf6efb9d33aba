import { describe, expect, test } from 'vitest';
import { ERRORS, ErrorPayload } from './errors.ts';
import { Email, NewPassword, PersonName } from './user.ts';

describe('an e-mail address', () => {
  test.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['  ada+latch@mail.example.co.uk ', 'ada+latch@mail.example.co.uk'],
    ["o'connor@example.com", "o'connor@example.com"],
  ])('%j becomes %j', (given, expected) => expect(Email.parse(given)).toBe(expected));

  test.each([
    '',
    '@',
    'a@',
    '@b.de',
    'a@b',
    'a b@c.de',
    'a@b..de',
    'a@b.de\n',
    'a@b.de\r\nBcc: x@y.de',
    'a\0@b.de',
    `${'a'.repeat(400)}@b.de`,
    'a@b.de,c@d.de',
    'ä@b.de',
  ])('%j is refused', (given) => expect(Email.safeParse(given).success).toBe(false));
});

describe('a name', () => {
  test.each(['Ada', '  Zoë  ', '李小龍', 'محمد', '👩🏽‍🚀 Mae'])('%j is accepted', (given) =>
    expect(PersonName.parse(given)).toBe(given.trim()),
  );

  test.each(['', '   ', 'a\0b', 'a\nb', 'a\u2028b', '\u202Eevil', 'x'.repeat(101), '\ud800'])(
    '%j is refused',
    (given) => expect(PersonName.safeParse(given).success).toBe(false),
  );
});

describe('a new password', () => {
  test.each(['12345678', '        ', '🗝'.repeat(8), 'ключ-от-двери', 'x'.repeat(256), '🗝'.repeat(256), 'nul\0nul\0'])(
    '%j has the right form',
    (given) => expect(NewPassword.safeParse(given).success).toBe(true),
  );

  test.each(['', '1234567', '🗝'.repeat(7), 'x'.repeat(257), '🗝'.repeat(257), 'x'.repeat(1_000_000), 'abcdefgh\udfff'])(
    '%j has not',
    (given) => expect(NewPassword.safeParse(given).success).toBe(false),
  );
});

test('every error has a status of its class and a sentence', () => {
  for (const [code, [status, message]] of Object.entries(ERRORS)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(ErrorPayload.safeParse({ code, message, details: null, traceId: 'x' }).success).toBe(true);
  }
});
