import { describe, expect, it } from 'vitest';
import { ELSEWHERE } from '../../e2e/elsewhere.ts';
import { safeNext } from './safe-next.ts';

const ORIGIN = 'https://auth.example.com';

describe('safeNext', () => {
  it.each([
    ['/sessions', '/sessions'],
    ['/', '/'],
    ['/admin/users/42?tab=sessions#top', '/admin/users/42?tab=sessions#top'],
    ['/admin?search=a%2F%2Fb', '/admin?search=a%2F%2Fb'],
    ['/login?next=//evil.example', '/login?next=//evil.example'],
    ['/a/../account', '/account'],
    ['/%2Fevil.example', '/%2Fevil.example'],
    ['/@evil.example', '/@evil.example'],
  ])('keeps the path %j', (next, path) => {
    expect(safeNext(next, ORIGIN)).toBe(path);
  });

  it.each([
    null,
    ...ELSEWHERE,
    ' /sessions',
    'https://auth.example.com@evil.example',
    'https://auth.example.com/sessions',
    '//auth.example.com@evil.example',
    '//auth.example.com/sessions',
  ])('goes home instead of to %j', (next) => {
    expect(safeNext(next, ORIGIN)).toBe('/sessions');
  });
});
