import { Migration } from '@mikro-orm/migrations';

/** What a login ends and lists are the open sessions of a user, however many there were before. */
export class IndexOpenSessions extends Migration {
  override up(): void {
    this.addSql('create index session_open_index on auth.session (user_id, created_at) where ended_at is null');
  }
}
