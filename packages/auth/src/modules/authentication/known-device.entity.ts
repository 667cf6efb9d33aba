import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { KnownDeviceRepository } from './known-device.repository.ts';

/** A device that somebody has logged in on. One that several people share stands here once for each of them. */
export const KnownDeviceEntity = defineEntity({
  name: 'KnownDevice',
  tableName: 'known_device',
  schema: 'auth',
  repository: () => KnownDeviceRepository,
  indexes: [
    { name: 'known_device_token_hash_index', properties: ['tokenHash'] },
    { name: 'known_device_last_login_at_index', properties: ['lastLoginAt'] },
  ],
  properties: {
    userId: p.uuid().primary(),
    /** SHA-256 of what the device's cookie holds. */
    tokenHash: p.blob().columnType('bytea').primary(),
    createdAt: p.datetime().columnType('timestamptz'),
    lastLoginAt: p.datetime().columnType('timestamptz'),
  },
});

export type KnownDeviceRecord = InferEntity<typeof KnownDeviceEntity>;
