import { Migration } from '@mikro-orm/migrations';

/** A hash index finds a token by one page wherever it is; a tree of random keys grows deeper, and out of the caches. */
export class FindTokensByHash extends Migration {
  override up(): void {
    this.addSql('create index session_token_hash_index on auth.session using hash (token_hash)');
    this.addSql('alter table auth.session drop constraint session_token_hash_unique');
  }
}
