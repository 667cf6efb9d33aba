import { Migration } from '@mikro-orm/migrations';

/** Whoever asks for what was given up does so when there is much of everything else. */
export class FindDeadDeliveries extends Migration {
  override up(): void {
    this.addSql(`
      create index if not exists webhook_delivery_dead_index on auth.webhook_delivery (endpoint_id, id)
        where status = 'dead'
    `);
  }
}
