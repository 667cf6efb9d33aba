import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoginInput } from '@latchkey/contract';
import { expect, expectTypeOf, test } from 'vitest';
import type { AuthApiError } from '../index.ts';
import type * as hooks from './index.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');

test('the page on React names all that there is', async () => {
  const page = read('../../../../docs/react.md');
  const entry = read('index.ts');
  const names = [...entry.matchAll(/\b(?:type )?([A-Za-z]+)(?=,| }|,?\n})/g)].map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(await import('./index.ts'))));
  for (const name of names) expect(page, name).toMatch(new RegExp(`(\`|<)${name}\\b`));
});

test('its example is the one that is compiled', () => {
  expect(read('../../../../docs/react.md')).toContain(`\`\`\`tsx\n${read('../../test/react-example.tsx')}\`\`\``);
});

test('errors are AuthApiErrors by their types', () => {
  type Hooks = typeof hooks;
  type ErrorOf<Name extends keyof Hooks> = Hooks[Name] extends (...input: never[]) => { error: infer E } ? E : 'none';
  expectTypeOf<ErrorOf<'useLogin'>>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<ErrorOf<'useRegister'>>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<ErrorOf<'useLogout'>>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<ErrorOf<'useChangePassword'>>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<ErrorOf<'useReauthenticate'>>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<ErrorOf<'useResetPassword'>>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<ErrorOf<'useVerifyEmail'>>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<ErrorOf<'useDeleteAccount'>>().toEqualTypeOf<AuthApiError | null>();
  type Sessions = ReturnType<Hooks['useSessions']>;
  expectTypeOf<Sessions['list']['error']>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<Sessions['revoke']['error']>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<Sessions['revokeOthers']['error']>().toEqualTypeOf<AuthApiError | null>();
  expectTypeOf<Parameters<ReturnType<Hooks['useLogin']>['mutate']>[0]>().toEqualTypeOf<LoginInput>();
});
