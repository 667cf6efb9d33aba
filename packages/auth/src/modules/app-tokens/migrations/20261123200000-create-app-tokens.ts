import { Migration } from '@mikro-orm/migrations';

export class CreateAppTokens extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.app_token (
        id uuid not null primary key,
        user_id uuid not null constraint app_token_user_id_foreign references auth."user" (id) on delete cascade,
        name text not null,
        scopes text[] not null,
        token_hash bytea not null,
        prefix text not null,
        password_changed_at timestamptz null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        last_used_at timestamptz null,
        revoked_at timestamptz null
      )
    `);
    this.addSql('create index app_token_token_hash_index on auth.app_token using hash (token_hash)');
    this.addSql('create index app_token_user_id_id_index on auth.app_token (user_id, id)');
    this.addSql('create index app_token_end_index on auth.app_token (least(expires_at, revoked_at))');

    // A deleted account may be restored; what it was used by before stays ended, as its sessions do.
    this.addSql(`
      create function auth.revoke_app_tokens_of_user() returns trigger language plpgsql as $$
      begin
        update auth.app_token set revoked_at = now() where user_id = new.id and revoked_at is null;
        return null;
      end
      $$
    `);
    this.addSql(`
      create trigger user_revoke_app_tokens after update of deleted_at on auth."user" for each row
      when (old.deleted_at is null and new.deleted_at is not null)
      execute function auth.revoke_app_tokens_of_user()
    `);

    // Whoever follows the sessions of a user with an app token has to look whether it still holds. Those who follow
    // with a session are told of one that ended.
    this.addSql(`
      create function auth.announce_end_of_app_tokens() returns trigger language plpgsql as $$
      begin
        if new.type = 'app_token.revoked' then
          perform pg_notify('latchkey_session_changes', json_build_object(
            'id', new.id, 'type', 'session.revoked', 'userId', new.user_id, 'sessionId', new.session_id,
            'reason', 'revoked', 'occurredAt', extract(epoch from new.occurred_at) * 1000
          )::text);
        elsif exists (select from auth.app_token where user_id = new.user_id) then
          perform pg_notify('latchkey_session_changes', json_build_object(
            'id', new.id, 'type', 'sessions.bulk_revoked', 'userId', new.user_id, 'sessionId', null,
            'reason', case new.type when 'user.banned' then 'banned' when 'user.deleted' then 'revoked'
              else replace(new.type, 'user.', '') end,
            'occurredAt', extract(epoch from new.occurred_at) * 1000
          )::text);
        end if;
        return null;
      end
      $$
    `);
    this.addSql(`
      create trigger event_announce_end_of_app_tokens after insert on auth.event for each row
      when (new.user_id is not null and new.type in
        ('app_token.revoked', 'user.password_changed', 'user.password_reset', 'user.banned', 'user.deleted'))
      execute function auth.announce_end_of_app_tokens()
    `);
  }
}
