import { Migration } from '@mikro-orm/migrations';

export class CreateMails extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.mail (
        id uuid not null primary key,
        template text not null,
        recipient text not null,
        user_id uuid null constraint mail_user_id_foreign references auth."user" (id) on update cascade on delete cascade,
        verification_id uuid null,
        data jsonb not null,
        status text not null default 'pending' constraint mail_status_check check (status in ('pending', 'sent', 'failed')),
        attempts int not null default 0,
        created_at timestamptz not null default now(),
        next_attempt_at timestamptz not null default now(),
        finished_at timestamptz null
      )
    `);
    this.addSql(`create index mail_due_index on auth.mail (next_attempt_at) where status = 'pending'`);
    this.addSql('create index mail_user_id_index on auth.mail (user_id)');
  }
}
