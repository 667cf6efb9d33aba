import { Migration } from '@mikro-orm/migrations';

export class CreateEvents extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.event (
        id uuid not null primary key,
        occurred_at timestamptz not null,
        type text not null,
        user_id uuid null,
        session_id uuid null,
        actor_id uuid null,
        ip_address inet null,
        trace_id text not null,
        data jsonb not null
      )
    `);
    this.addSql('create index event_user_id_id_index on auth.event (user_id, id)');
  }
}
