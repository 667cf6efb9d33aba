import { expect, test } from 'vitest';
import { parseRedisAddress } from './redis-address.ts';

test.each([
  ['redis://localhost', { kind: 'single', nodes: [{ host: 'localhost', port: 6379 }], isTls: false, db: 0 }],
  [
    'rediss://cache.example.com:6380/2',
    { kind: 'single', nodes: [{ host: 'cache.example.com', port: 6380 }], isTls: true, db: 2 },
  ],
  [
    'redis://ada:p%40ss%3Aword@[::1]:7000/',
    {
      kind: 'single',
      nodes: [{ host: '::1', port: 7000 }],
      isTls: false,
      db: 0,
      username: 'ada',
      password: 'p@ss:word',
    },
  ],
  [
    'redis://:secret@h',
    { kind: 'single', nodes: [{ host: 'h', port: 6379 }], isTls: false, db: 0, password: 'secret' },
  ],
  [
    'rediss+cluster://:secret@one,two:7001',
    {
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 6379 },
        { host: 'two', port: 7001 },
      ],
      isTls: true,
      db: 0,
      password: 'secret',
    },
  ],
  [
    'redis+sentinel://one:26379,two/main/3?sentinelPassword=s%26s',
    {
      kind: 'sentinel',
      nodes: [
        { host: 'one', port: 26_379 },
        { host: 'two', port: 26_379 },
      ],
      isTls: false,
      db: 3,
      primaryName: 'main',
      sentinelPassword: 's&s',
    },
  ],
])('%s is understood', (text, address) => {
  expect(parseRedisAddress(text)).toEqual(address);
});

test.each([
  ['localhost:6379', 'Use redis://host:6379'],
  ['http://:s3cret@localhost', 'Use redis://host:6379'],
  ['redis://', 'Use redis://host:6379'],
  ['redis://:s3cret@one,two', 'One server has one address'],
  ['redis://:s3cret@h:70000', 'A host or port is wrong'],
  ['redis://:s3cret@h:0', 'A host or port is wrong'],
  ['redis+cluster://:s3cret@one,,two', 'A host or port is wrong'],
  ['redis://:s3cret@h/zero', 'Use a number for the database'],
  ['redis+cluster://:s3cret@one/1', 'A cluster has no numbered databases'],
  ['redis+sentinel://:s3cret@one', 'Name the primary'],
  ['redis+sentinel://:s3cret@one/main/x', 'Use a number for the database'],
  ['redis://:s3cret%@h', 'percent-encoded'],
  ['redis://h?password=s3cret', 'Only ?sentinelPassword'],
  ['redis://h?sentinelPassword=s3cret', 'Only ?sentinelPassword'],
])('%s is refused with a reason, and without its password', (text, reason) => {
  const refusing = () => parseRedisAddress(text);
  expect(refusing).toThrow(reason);
  expect(refusing).not.toThrow('s3cret');
});
