import { expect, test } from 'vitest';
import { toAddress } from './address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['_hidden', null],
  ['unknown', null],
  ["1.2.3.4'; drop table", null],
  ['999.1.1.1', null],
  ['', null],
  [undefined, null],
])('%j is %j', (text, address) => {
  expect(toAddress(text)).toBe(address);
});
