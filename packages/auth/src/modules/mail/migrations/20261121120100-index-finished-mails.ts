import { Migration } from '@mikro-orm/migrations';

export class IndexFinishedMails extends Migration {
  override up(): void {
    this.addSql('create index mail_finished_index on auth.mail (finished_at) where finished_at is not null');
  }
}
