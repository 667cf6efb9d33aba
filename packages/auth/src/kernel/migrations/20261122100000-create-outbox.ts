import { Migration } from '@mikro-orm/migrations';

/**
 * What is on its way to whom. A row for each event and sink is made at the commit of the event, whoever writes it,
 * and removed when it was delivered: unlike a cursor over ids this skips nothing that commits late.
 */
export class CreateOutbox extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.event_sink (
        name text not null primary key,
        types text[] null,
        attended_at timestamptz not null default now()
      )
    `);
    this.addSql(`
      create table auth.event_lane (
        sink text not null,
        lane smallint not null,
        attempts integer not null default 0,
        next_attempt_at timestamptz not null default now(),
        primary key (sink, lane)
      ) with (fillfactor = 50)
    `);
    // Rows come and go: what is gone is swept early, so that nobody has to read past it.
    this.addSql(`
      create table auth.event_pending (
        position bigint not null generated always as identity,
        sink text not null,
        lane smallint not null,
        event_id uuid not null,
        parked_at timestamptz null,
        primary key (sink, lane, position)
      ) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000)
    `);
    // Says which events must not be deleted yet.
    this.addSql('create index event_pending_event_id_index on auth.event_pending (event_id)');
    this.#queueAtCommit();
  }

  /**
   * Deferred: of two transactions that change the same rows, the second one gets to its commit after the first, so
   * that positions tell the order in which things happened. Sixteen lanes, by the last bits of the user's id.
   */
  #queueAtCommit(): void {
    this.addSql(`
      create function auth.event_queue() returns trigger language plpgsql as $$
      begin
        insert into auth.event_pending (sink, lane, event_id)
        select name, get_byte(uuid_send(coalesce(new.user_id, new.id)), 15) & 15, new.id
        from auth.event_sink where types is null or new.type = any (types);
        if found then
          perform pg_notify('latchkey_outbox', '');
        end if;
        return null;
      end
      $$
    `);
    this.addSql(`
      create constraint trigger event_queue after insert on auth.event
        deferrable initially deferred for each row execute function auth.event_queue()
    `);
  }
}
