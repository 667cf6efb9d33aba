import { Migration } from '@mikro-orm/migrations';

/** Whichever came first; a session without an end has its expiry alone. Last activity stays out of every index. */
export class IndexSessionsThatAreOver extends Migration {
  override up(): void {
    this.addSql('create index if not exists session_over_index on auth.session (least(ended_at, expires_at))');
  }
}
