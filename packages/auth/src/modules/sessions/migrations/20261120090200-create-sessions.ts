import { Migration } from '@mikro-orm/migrations';

export class CreateSessions extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.session (
        id uuid not null primary key,
        user_id uuid not null constraint session_user_id_foreign references auth."user" (id) on update cascade on delete cascade,
        token_hash bytea not null constraint session_token_hash_unique unique,
        user_agent text null,
        browser text null,
        os text null,
        device_kind text not null,
        device_label text not null,
        ip_address inet null,
        created_at timestamptz not null,
        authenticated_at timestamptz not null,
        last_active_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz null,
        end_reason text null,
        constraint session_device_kind_check check (device_kind in ('desktop', 'mobile', 'tablet', 'tv', 'bot', 'other')),
        constraint session_end_reason_check check (end_reason in ('logged_out', 'revoked', 'idle', 'expired', 'evicted',
          'password_changed', 'password_reset', 'banned', 'admin', 'reuse_detected')),
        constraint session_ended_check check ((ended_at is null) = (end_reason is null))
      )
    `);
    this.addSql('create index session_user_id_id_index on auth.session (user_id, id)');
  }
}
