import { Migration } from '@mikro-orm/migrations';

/** Those that nobody has ended yet, by their absolute end: neither activity nor the past of a session is in it. */
export class IndexExpiryOfOpenSessions extends Migration {
  override up(): void {
    this.addSql('create index if not exists session_expiry_index on auth.session (expires_at) where ended_at is null');
  }
}
