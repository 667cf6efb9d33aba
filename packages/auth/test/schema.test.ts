import { MikroORM } from '@mikro-orm/postgresql';
import { expect, test } from 'vitest';
import { EventEntity } from '../src/kernel/event.entity.ts';
import { AppTokenEntity } from '../src/modules/app-tokens/app-token.entity.ts';
import { KnownDeviceEntity } from '../src/modules/authentication/known-device.entity.ts';
import { PasswordEntity } from '../src/modules/authentication/password.entity.ts';
import { MailEntity } from '../src/modules/mail/mail.entity.ts';
import { SessionEntity } from '../src/modules/sessions/session.entity.ts';
import { InvalidatedTokenEntity } from '../src/modules/tokens/invalidated-token.entity.ts';
import { RefreshTokenEntity } from '../src/modules/tokens/refresh-token.entity.ts';
import { SigningKeyEntity } from '../src/modules/tokens/signing-key.entity.ts';
import { UserEntity } from '../src/modules/users/user.entity.ts';
import { VerificationEntity } from '../src/modules/verifications/verification.entity.ts';
import { WebhookDeliveryEntity } from '../src/modules/webhooks/webhook-delivery.entity.ts';
import { WebhookEndpointEntity } from '../src/modules/webhooks/webhook-endpoint.entity.ts';
import { createFullAuth } from './create-full-auth.ts';

test('the migrated schema has what the entities say: every table, column, type, default and index', async () => {
  await using t = await createFullAuth();
  const orm = new MikroORM({
    clientUrl: t.database.url,
    entities: [
      EventEntity,
      UserEntity,
      MailEntity,
      VerificationEntity,
      PasswordEntity,
      KnownDeviceEntity,
      SessionEntity,
      SigningKeyEntity,
      RefreshTokenEntity,
      InvalidatedTokenEntity,
      WebhookEndpointEntity,
      WebhookDeliveryEntity,
      AppTokenEntity,
    ],
  });
  const { up } = await orm.schema.getUpdateSchemaMigrationSQL({ schema: 'auth', dropTables: false });
  await orm.close(true);
  expect(statementsThatMatter(up)).toEqual([]);
});

const BEYOND_ENTITIES =
  /^set |drop constraint "\w+_(foreign|check)"|"user_search_index"|drop (trigger|function) if exists /i;

/**
 * Migrations name more than entities do: foreign keys to tables of other modules, checks across columns, triggers, and
 * an index that needs an extension, which not every database has.
 */
const statementsThatMatter = (sql: string): string[] =>
  sql
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !BEYOND_ENTITIES.test(line));
