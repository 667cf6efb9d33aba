import { Migration } from '@mikro-orm/migrations';

export class AddSessionEpochToUsers extends Migration {
  override up(): void {
    this.addSql('alter table auth."user" add column session_epoch int not null default 0');
  }
}
