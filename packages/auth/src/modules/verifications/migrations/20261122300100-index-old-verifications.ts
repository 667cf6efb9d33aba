import { Migration } from '@mikro-orm/migrations';

export class IndexOldVerifications extends Migration {
  override up(): void {
    this.addSql('create index if not exists verification_created_at_index on auth.verification (created_at)');
  }
}
