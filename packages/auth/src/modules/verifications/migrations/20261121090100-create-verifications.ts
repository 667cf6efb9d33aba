import { Migration } from '@mikro-orm/migrations';

export class CreateVerifications extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.verification (
        id uuid not null primary key,
        user_id uuid not null constraint verification_user_id_foreign references auth."user" (id) on update cascade on delete cascade,
        purpose text not null,
        email text not null,
        token_hash bytea null constraint verification_token_hash_unique unique,
        code_hash text null,
        attempts int not null default 0,
        created_at timestamptz not null default now(),
        sent_at timestamptz null,
        expires_at timestamptz null,
        used_at timestamptz null,
        superseded_at timestamptz null,
        constraint verification_purpose_check check (purpose in ('reset_password', 'verify_email', 'change_email', 'invitation')),
        constraint verification_sent_check check ((token_hash is null) = (sent_at is null) and (sent_at is null) = (expires_at is null))
      )
    `);
    this.addSql('create index verification_user_id_index on auth.verification (user_id)');
  }
}
