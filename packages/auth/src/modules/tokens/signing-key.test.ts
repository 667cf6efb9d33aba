import { expect, test } from 'vitest';
import {
  ANNOUNCE_SECONDS,
  CLOCK_TOLERANCE_SECONDS,
  JWKS_MAX_AGE_SECONDS,
  KEY_RELOAD_SECONDS,
  statesOf,
} from './signing-key.ts';

const ACCESS_SECONDS = 900;
const BEGIN = Date.parse('2026-11-20T12:00:00Z');
const at = (seconds: number) => new Date(BEGIN + seconds * 1000);
const key = (kid: string, signsFrom: number, retiredAt: number | null = null) => ({
  kid,
  signsFrom: at(signsFrom),
  retiredAt: retiredAt === null ? null : at(retiredAt),
  canSign: true,
});

const statesAt = (seconds: number, keys: ReturnType<typeof key>[]) =>
  Object.fromEntries(statesOf(keys, { now: at(seconds), accessExpirySeconds: ACCESS_SECONDS }));

test('a new key is announced for longer than others may keep the old ones, then it signs', () => {
  expect(ANNOUNCE_SECONDS).toBeGreaterThanOrEqual(JWKS_MAX_AGE_SECONDS + KEY_RELOAD_SECONDS);
  const keys = [key('old', 0), key('new', ANNOUNCE_SECONDS)];
  expect(statesAt(ANNOUNCE_SECONDS - 1, keys)).toEqual({ old: 'signing', new: 'announced' });
  expect(statesAt(ANNOUNCE_SECONDS, keys)).toEqual({ old: 'verifying', new: 'signing' });
});

test('the old key verifies until the last token that it signed has expired', () => {
  const keys = [key('old', 0), key('new', 1000)];
  const last = 1000 + ACCESS_SECONDS + KEY_RELOAD_SECONDS + CLOCK_TOLERANCE_SECONDS;
  expect(statesAt(last - 1, keys)).toEqual({ old: 'verifying', new: 'signing' });
  expect(statesAt(last, keys)).toEqual({ old: 'expired', new: 'signing' });
});

test('a retired key does nothing any more, and the one before it signs again', () => {
  expect(statesAt(50, [key('old', 0), key('leaked', 10, 40)])).toEqual({ old: 'signing', leaked: 'retired' });
});

test('a key that cannot sign verifies as long as it is there', () => {
  const other = { ...key('other', 0), canSign: false };
  expect(statesAt(1_000_000, [other, key('own', 1)])).toEqual({ other: 'verifying', own: 'signing' });
});
