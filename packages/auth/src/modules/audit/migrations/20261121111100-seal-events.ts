import { Migration } from '@mikro-orm/migrations';

/**
 * Makes the audit log append-only, and a chain of hashes beside it. Who owns the tables can switch the triggers off,
 * as the application's role and every superuser can; the chain is what tells afterwards.
 */
export class SealEvents extends Migration {
  override up(): void {
    this.addSql('create table auth.event_unsealed (event_id uuid not null primary key)');
    this.addSql('insert into auth.event_unsealed (event_id) select id from auth.event');
    this.addSql(`
      create table auth.event_seal (
        position bigint not null primary key,
        event_id uuid not null constraint event_seal_event_id_unique unique,
        hash bytea not null,
        personal_hash bytea not null,
        salt bytea null,
        sealed_at timestamptz not null
      )
    `);
    this.addSql(`
      create function auth.event_await_seal() returns trigger language plpgsql as $$
      begin
        insert into auth.event_unsealed (event_id) select id from added;
        return null;
      end
      $$
    `);
    this.addSql(`
      create trigger event_await_seal after insert on auth.event
        referencing new table as added for each statement execute function auth.event_await_seal()
    `);
    this.#refuseChanges('event', `array['ip_address', 'data']`, `new.ip_address is null and new.data = '{}'`);
    this.#refuseChanges('event_seal', `array['salt']`, 'new.salt is null');
  }

  /** The two narrow ways are opened for one transaction: set_config('latchkey.audit_maintenance', …, true). */
  #refuseChanges(table: string, personalColumns: string, isAnonymous: string): void {
    this.addSql(`
      create function auth.${table}_refuse_change() returns trigger language plpgsql as $$
      declare
        maintenance text := current_setting('latchkey.audit_maintenance', true);
      begin
        if tg_op = 'DELETE' and maintenance = 'retention' then
          return old;
        elsif tg_op = 'UPDATE' and maintenance = 'anonymise' then
          if ${isAnonymous} and to_jsonb(new) - ${personalColumns} = to_jsonb(old) - ${personalColumns} then
            return new;
          end if;
        end if;
        raise exception 'The audit log is append-only' using errcode = 'insufficient_privilege';
      end
      $$
    `);
    this.addSql(`
      create trigger ${table}_refuse_change before update or delete on auth.${table}
        for each row execute function auth.${table}_refuse_change()
    `);
    this.addSql(`
      create trigger ${table}_refuse_truncate before truncate on auth.${table}
        for each statement execute function auth.${table}_refuse_change()
    `);
  }
}
