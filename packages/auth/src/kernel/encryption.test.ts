import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Encryption } from './encryption.ts';

const key = randomBytes(32);
const encryption = new Encryption(key);

test.each([0, 1, 32, 4096])('a secret of %i bytes comes back as it was, and looks different each time', (size) => {
  const plain = randomBytes(size);
  const sealed = encryption.encrypt(plain, 'a');
  expect(encryption.decrypt(sealed, 'a')).toEqual(plain);
  expect(new Encryption(Buffer.from(key)).decrypt(sealed, 'a')).toEqual(plain);
  expect(encryption.encrypt(plain, 'a')).not.toEqual(sealed);
  expect(sealed).toHaveLength(12 + 16 + size);
});

test('whichever byte is changed, cut off or added, it is refused', () => {
  const sealed = encryption.encrypt(Buffer.from('tidal copper lantern'), 'a');
  for (const place of sealed.keys()) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(sealed.readUInt8(place) ^ 1, place);
    expect(() => encryption.decrypt(changed, 'a')).toThrow();
    expect(() => encryption.decrypt(sealed.subarray(0, place), 'a')).toThrow();
  }
  expect(() => encryption.decrypt(Buffer.concat([sealed, Buffer.alloc(1)]), 'a')).toThrow();
});

test('it opens with its own key and for its own context only', () => {
  const sealed = encryption.encrypt(Buffer.from('tidal copper lantern'), 'signing-key:1');
  expect(() => encryption.decrypt(sealed, 'signing-key:2')).toThrow();
  expect(() => new Encryption(randomBytes(32)).decrypt(sealed, 'signing-key:1')).toThrow();
});

test.each([0, 16, 31, 33])('a key of %i bytes is none', (size) => {
  expect(() => new Encryption(randomBytes(size))).toThrow('32 bytes');
});
