import { ERRORS, type ErrorCode } from '@latchkey/contract';
import { expect, it } from 'vitest';
import { isUnexpected } from './is-unexpected.ts';

it.each<[ErrorCode, boolean]>([
  ['INTERNAL', true],
  ['UNAVAILABLE', true],
  ['ORIGIN_REFUSED', true],
  ['VALIDATION_FAILED', true],
  ['AUTH_INVALID', false],
  ['USER_BANNED', false],
  ['RATE_LIMITED', false],
  ['REAUTH_REQUIRED', false],
  ['CONFLICT', false],
])('%s is unexpected: %s', (code, expected) => {
  expect(isUnexpected({ code, status: ERRORS[code][0] })).toBe(expected);
});
