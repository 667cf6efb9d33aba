import { Migration } from '@mikro-orm/migrations';

/** Whoever writes such an event, the announcement leaves with its commit, and not at all when it is rolled back. */
export class AnnounceSessionChanges extends Migration {
  override up(): void {
    this.addSql(`
      create function auth.announce_session_change() returns trigger language plpgsql as $$
      begin
        perform pg_notify('latchkey_session_changes', json_build_object(
          'id', new.id, 'type', new.type, 'userId', new.user_id, 'sessionId', new.session_id,
          'reason', new.data ->> 'reason', 'occurredAt', extract(epoch from new.occurred_at) * 1000
        )::text);
        return null;
      end
      $$
    `);
    this.addSql(`
      create trigger event_announce_session_change after insert on auth.event for each row
      when (new.type in ('session.created', 'session.revoked', 'sessions.bulk_revoked') and new.user_id is not null)
      execute function auth.announce_session_change()
    `);
  }
}
