import { Migration } from '@mikro-orm/migrations';

export class IndexUnusedDevices extends Migration {
  override up(): void {
    this.addSql('create index if not exists known_device_last_login_at_index on auth.known_device (last_login_at)');
  }
}
