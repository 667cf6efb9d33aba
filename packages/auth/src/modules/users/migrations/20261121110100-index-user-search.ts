import { Migration } from '@mikro-orm/migrations';

/**
 * A trigram index finds a part of an address or a name among a million. Its extension is a trusted one: the owner
 * of the database may install it. Where the role may not, the search works without, by reading all accounts.
 */
export class IndexUserSearch extends Migration {
  override up(): void {
    this.addSql(`
      do $$
      declare
        home text;
      begin
        if not exists (select from pg_extension where extname = 'pg_trgm') then
          create extension pg_trgm with schema auth;
        end if;
        select n.nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace
          where e.extname = 'pg_trgm';
        execute format(
          'create index user_search_index on auth."user"
             using gin (lower(email || e''\\n'' || coalesce(name, '''')) %I.gin_trgm_ops)', home);
      exception when insufficient_privilege or feature_not_supported or undefined_file then
        raise notice 'Searching accounts will read all of them: %', sqlerrm;
      end
      $$
    `);
  }
}
