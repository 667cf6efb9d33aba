import { Migration } from '@mikro-orm/migrations';

export class CreateRateLimits extends Migration {
  override up(): void {
    // Room in each page lets a count be raised in place, without touching an index.
    this.addSql(`
      create table auth.rate_limit (
        key text collate "C" not null primary key,
        points integer not null,
        expire bigint null
      ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)
    `);
    this.addSql('create index rate_limit_expire_index on auth.rate_limit (expire)');
  }
}
