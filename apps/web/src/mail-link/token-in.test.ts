import { expect, it } from 'vitest';
import { tokenIn } from './token-in.ts';

it.each([
  ['#token=kX2m9Qw0b7sV4tLzN8cR1yHf-uAeDg_iO3xTqSWvMo', 'kX2m9Qw0b7sV4tLzN8cR1yHf-uAeDg_iO3xTqSWvMo'],
  ['#token=', null],
  ['#main', null],
  ['', null],
  [`#token=${'a'.repeat(129)}`, null],
  ['#token=a%0d%0ab', null],
])('%j holds the token %j', (hash, token) => {
  expect(tokenIn(hash)).toBe(token);
});
