import { expect, it } from 'vitest';
import { readLoginState } from './login-state.ts';

it('reads what another page handed over', () => {
  const state = { notice: 'password_set', endReason: 'idle', email: 'Ada@Example.com' };
  expect(readLoginState(state)).toEqual({ notice: 'password_set', endReason: 'idle', email: 'ada@example.com' });
});

it.each([[null], [undefined], ['text'], [{ notice: 'toString', endReason: 'bored', email: 'ada@' }]])(
  'takes nothing from %j',
  (state) => {
    expect(readLoginState(state)).toEqual({ email: '' });
  },
);
