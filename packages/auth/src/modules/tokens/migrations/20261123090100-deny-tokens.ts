import { Migration } from '@mikro-orm/migrations';

/**
 * Whatever ends a session puts its access tokens on the deny list, in the same transaction, until the last of them
 * has expired, and a minute more for clocks that differ and answers that were repeated.
 */
export class DenyTokens extends Migration {
  override up(): void {
    this.addSql(`
      create function auth.deny_tokens_of_session() returns trigger language plpgsql as $$
      begin
        insert into auth.invalidated_token (session_id, expires_at)
        select new.id, max(r.access_expires_at) + interval '1 minute'
        from auth.refresh_token r where r.session_id = new.id
        having max(r.access_expires_at) > now() - interval '1 minute'
        on conflict (session_id) do update set expires_at = excluded.expires_at, issued_before = null;
        return null;
      end
      $$
    `);
    this.addSql(`
      create trigger session_deny_tokens after update of ended_at on auth.session for each row
      when (old.ended_at is null and new.ended_at is not null)
      execute function auth.deny_tokens_of_session()
    `);
    this.addSql(`
      create function auth.deny_tokens_of_user() returns trigger language plpgsql as $$
      begin
        insert into auth.invalidated_token (session_id, expires_at)
        select s.id, max(r.access_expires_at) + interval '1 minute'
        from auth.session s join auth.refresh_token r on r.session_id = s.id
        where s.user_id = new.id and s.ended_at is null and s.epoch < new.session_epoch
        group by s.id having max(r.access_expires_at) > now() - interval '1 minute'
        on conflict (session_id) do update set expires_at = excluded.expires_at, issued_before = null;
        return null;
      end
      $$
    `);
    // At the end of the transaction: a session that is taken along into the new epoch is moved after it began.
    this.addSql(`
      create constraint trigger user_deny_tokens after update of session_epoch on auth."user"
      deferrable initially deferred for each row when (old.session_epoch < new.session_epoch)
      execute function auth.deny_tokens_of_user()
    `);
    this.#denyWhatIsOlderThanTheProof();
    this.addSql(`
      create function auth.announce_denial() returns trigger language plpgsql as $$
      begin
        perform pg_notify('latchkey_denials', json_build_object(
          'sessionId', new.session_id, 'expiresAt', extract(epoch from new.expires_at) * 1000,
          'issuedBefore', extract(epoch from new.issued_before) * 1000
        )::text);
        return null;
      end
      $$
    `);
    this.addSql(`
      create trigger invalidated_token_announce after insert or update on auth.invalidated_token for each row
      execute function auth.announce_denial()
    `);
  }

  /**
   * The password was proved anew on a session that goes on: access tokens from before it are denied. Where the cookie
   * got a new secret, whatever refresh tokens were made by the old one are void as well; it may have been stolen.
   */
  #denyWhatIsOlderThanTheProof(): void {
    this.addSql(`
      create function auth.deny_tokens_before_proof() returns trigger language plpgsql as $$
      begin
        insert into auth.invalidated_token (session_id, expires_at, issued_before)
        select new.id, max(r.access_expires_at) + interval '1 minute', new.authenticated_at
        from auth.refresh_token r where r.session_id = new.id
        having max(r.access_expires_at) > now() - interval '1 minute'
        on conflict (session_id) do update set expires_at = excluded.expires_at, issued_before = excluded.issued_before;
        if old.token_hash <> new.token_hash then
          delete from auth.refresh_token where session_id = new.id;
        end if;
        return null;
      end
      $$
    `);
    this.addSql(`
      create trigger session_deny_tokens_before_proof after update of authenticated_at on auth.session for each row
      when (new.ended_at is null and old.authenticated_at < new.authenticated_at)
      execute function auth.deny_tokens_before_proof()
    `);
  }
}
