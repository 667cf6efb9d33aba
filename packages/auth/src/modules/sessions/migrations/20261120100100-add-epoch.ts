import { Migration } from '@mikro-orm/migrations';

export class AddEpochToSessions extends Migration {
  override up(): void {
    this.addSql('alter table auth.session add column epoch int not null default 0');
  }
}
