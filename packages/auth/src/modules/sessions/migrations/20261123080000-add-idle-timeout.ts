import { Migration } from '@mikro-orm/migrations';

export class AddIdleTimeoutToSessions extends Migration {
  override up(): void {
    this.addSql('alter table auth.session add column idle_timeout_minutes int null');
  }
}
