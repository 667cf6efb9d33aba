import { randomBytes } from 'node:crypto';
import { APP_TOKEN } from '@latchkey/contract';
import { expect, test } from 'vitest';
import { systemClock } from '../../kernel/ports.ts';
import { isToken, Secrets, toBase62 } from '../../kernel/secrets.ts';
import { claimsToBeAppToken, createAppToken, isAppToken, prefixOf } from './app-token.ts';

const secrets = new Secrets(systemClock);

test('a token has the form that scanners look for, and never that of a session token', () => {
  for (let count = 0; count < 1000; count += 1) {
    const token = createAppToken(secrets);
    expect(token).toMatch(APP_TOKEN);
    expect([isAppToken(token), claimsToBeAppToken(token), isToken(token)]).toEqual([true, true, false]);
    expect(token.startsWith(prefixOf(token))).toBe(true);
  }
});

test('each wrong character is noticed, and each swap of two neighbours', () => {
  const token = createAppToken(secrets);
  for (let index = 3; index < token.length; index += 1) {
    for (const letter of ['0', 'a', 'Z']) {
      const typo = token.slice(0, index) + letter + token.slice(index + 1);
      expect(isAppToken(typo), typo).toBe(typo === token);
    }
    const swapped =
      token.slice(0, index) +
      token
        .slice(index, index + 2)
        .split('')
        .reverse()
        .join('') +
      token.slice(index + 2);
    expect(isAppToken(swapped), swapped).toBe(swapped === token);
  }
});

test.each(['', 'lk_', 'lk_short', `lk_${'0'.repeat(37)}`, `LK_${'0'.repeat(36)}`, `lk_${'é'.repeat(36)}`])(
  '"%s" is no token',
  (text) => expect(isAppToken(text)).toBe(false),
);

test('the checksum is the CRC-32 of the digits, in base 62, as any other implementation has it', () => {
  // Worked out with Python: zlib.crc32(b'0' * 30) is 0x77e5db82.
  expect(isAppToken(`lk_${'0'.repeat(30)}2C8GjS`)).toBe(true);
  expect(isAppToken(`lk_${'0'.repeat(30)}2C8GjT`)).toBe(false);
});

test.each([
  [0, '000000'],
  [61, '00000z'],
  [62, '000010'],
  [0xffff_ffff, '4gfFC3'],
])('%i is %s in base 62', (value, digits) => expect(toBase62(value, 6)).toBe(digits));

test('each digit is as likely as any other: bytes that would favour some are drawn anew', () => {
  const bytes = new Secrets(systemClock, (size) =>
    Buffer.from(Array.from({ length: size }, (_, index) => 255 - (index % 256))),
  );
  // 255 to 248 are left out; what follows begins with 247, the last digit.
  expect(bytes.createBase62(3 + 8).slice(0, 3)).toBe('zyx');
  const counts = new Map<string, number>();
  for (const digit of new Secrets(systemClock, randomBytes).createBase62(62_000))
    counts.set(digit, (counts.get(digit) ?? 0) + 1);
  expect(counts.size).toBe(62);
  for (const count of counts.values()) expect(count).toBeGreaterThan(800);
});
