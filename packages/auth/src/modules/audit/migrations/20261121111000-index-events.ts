import { Migration } from '@mikro-orm/migrations';

/** One index for each filter of the audit log, in the order in which it is listed. */
export class IndexEvents extends Migration {
  override up(): void {
    this.addSql('create index event_actor_id_id_index on auth.event (actor_id, id)');
    this.addSql('create index event_type_id_index on auth.event (type, id)');
    this.addSql('create index event_ip_address_id_index on auth.event (ip_address, id)');
  }
}
