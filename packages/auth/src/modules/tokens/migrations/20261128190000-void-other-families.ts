import { Migration } from '@mikro-orm/migrations';

/**
 * Whoever had copied the cookie of a session may have made refresh tokens of their own by it. Where the password is
 * proved by a bearer token, of which nobody knows from which of them it came, one family goes on, and several end.
 */
export class VoidOtherFamilies extends Migration {
  override up(): void {
    this.addSql(`
      create or replace function auth.deny_tokens_before_proof() returns trigger language plpgsql as $$
      begin
        insert into auth.invalidated_token (session_id, expires_at, issued_before)
        select new.id, max(r.access_expires_at) + interval '1 minute', new.authenticated_at
        from auth.refresh_token r where r.session_id = new.id
        having max(r.access_expires_at) > now() - interval '1 minute'
        on conflict (session_id) do update set expires_at = excluded.expires_at, issued_before = excluded.issued_before;
        if old.token_hash <> new.token_hash or 1 < (
          select count(*) from auth.refresh_token
          where session_id = new.id and superseded_at is null and expires_at > now()
        ) then
          delete from auth.refresh_token where session_id = new.id;
        end if;
        return null;
      end
      $$
    `);
  }
}
