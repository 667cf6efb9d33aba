import { Migration } from '@mikro-orm/migrations';

/** There are few of them among many that wait. */
export class FindParkedEvents extends Migration {
  override up(): void {
    this.addSql(`
      create index if not exists event_pending_parked_index on auth.event_pending (sink) where parked_at is not null
    `);
  }
}
