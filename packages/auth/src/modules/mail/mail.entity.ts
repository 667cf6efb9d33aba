import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { MailRepository } from './mail.repository.ts';

/** The outbox. A row says which mail goes to whom; it holds no token and no code, which are made at the sending. */
export const MailEntity = defineEntity({
  name: 'Mail',
  tableName: 'mail',
  schema: 'auth',
  repository: () => MailRepository,
  indexes: [
    {
      name: 'mail_due_index',
      properties: ['nextAttemptAt'],
      expression: `create index mail_due_index on auth.mail (next_attempt_at) where status = 'pending'`,
    },
    { name: 'mail_user_id_index', properties: ['userId'] },
    {
      name: 'mail_finished_index',
      properties: ['finishedAt'],
      expression: 'create index mail_finished_index on auth.mail (finished_at) where finished_at is not null',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    template: p.text(),
    recipient: p.text(),
    userId: p.uuid().nullable(),
    verificationId: p.uuid().nullable(),
    data: p.json<Record<string, unknown>>().columnType('jsonb'),
    status: p.enum(['pending', 'sent', 'failed']).default('pending'),
    attempts: p.integer().default(0),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    /** Also the lease: while somebody sends it, nobody else tries. */
    nextAttemptAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
    finishedAt: p.datetime().columnType('timestamptz').nullable(),
  },
});

export type MailRecord = InferEntity<typeof MailEntity>;
