import { expect, test } from 'vitest';
import { PublicAddresses } from './public-addresses.ts';
import { TargetGuard, TargetRefused } from './target-guard.ts';

const addresses = new PublicAddresses();

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:80b::200e',
  '2001:4860:4860::8888',
])('%s is public', (address) => {
  expect(addresses.includes(address)).toBe(true);
});

test.each([
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.19.255.255'],
  ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1'],
  ...['64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', 'fc00::1', 'fd12:3456::1'],
  ...['fe80::1', 'fe80::1%eth0', '2606:4700::1%eth0', 'fec0::1', 'ff02::1', 'localhost', '', '1.1.1.1.1'],
])('%s is not', (address) => {
  expect(addresses.includes(address)).toBe(false);
});

/** Knows some names, and counts how often it is asked. */
const createResolver = (names: Record<string, string[]>) => {
  const asked: string[] = [];
  const resolve = async (hostname: string) => {
    asked.push(hostname);
    return names[hostname] ?? Promise.reject(new Error('ENOTFOUND'));
  };
  return { asked, resolve };
};

const guardWith = (names: Record<string, string[]> = {}, allowsPrivate = false) =>
  new TargetGuard({ allowsPrivate, resolve: createResolver(names).resolve });

test.each([
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.0x0.0x0.0x1/',
  'https://0177.0.0.1/',
  'https://127.0.0.1./',
  'https://%31%32%37.0.0.1/',
  'https://①②⑦.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[0:0:0:0:0:ffff:7f00:1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[fe80::1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://0/',
])('%s is refused without asking for a name', async (text) => {
  const { asked, resolve } = createResolver({});
  const guard = new TargetGuard({ allowsPrivate: false, resolve });
  await expect(guard.addressesOf(new URL(text))).rejects.toThrow(TargetRefused);
  expect(asked).toEqual([]);
});

test('of a name all addresses have to be public', async () => {
  const guard = guardWith({
    'good.example': ['1.1.1.1', '2606:4700::1'],
    'mixed.example': ['1.1.1.1', '10.0.0.1'],
    localhost: ['127.0.0.1', '::1'],
    'localhost.': ['127.0.0.1'],
  });
  expect(await guard.addressesOf(new URL('https://good.example/'))).toEqual(['1.1.1.1', '2606:4700::1']);
  for (const host of ['mixed.example', 'localhost', 'localhost.']) {
    await expect(guard.addressesOf(new URL(`https://${host}/`))).rejects.toThrow(TargetRefused);
  }
});

test('without TLS nothing leaves, unless private targets are allowed', async () => {
  const names = { 'good.example': ['1.1.1.1'] };
  expect(await guardWith(names).refusalOf(new URL('http://good.example/'))).toBe('Use an https address.');
  expect(await guardWith(names, true).refusalOf(new URL('http://good.example/'))).toBeNull();
  expect(await guardWith(names, true).addressesOf(new URL('http://[::1]:8080/'))).toEqual(['::1']);
});

test('a name that nobody knows today is no reason to refuse an endpoint', async () => {
  expect(await guardWith().refusalOf(new URL('https://new.example/'))).toBeNull();
});
