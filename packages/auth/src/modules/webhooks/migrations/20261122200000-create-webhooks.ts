import { Migration } from '@mikro-orm/migrations';

export class CreateWebhooks extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.webhook_endpoint (
        id uuid not null primary key,
        url text not null,
        description text not null,
        events text[] not null,
        secret text not null,
        previous_secret text null,
        previous_secret_until timestamptz null,
        disabled_reason text null constraint webhook_endpoint_disabled_reason_check check (disabled_reason in ('admin', 'failures', 'gone')),
        failures int not null default 0,
        failing_since timestamptz null,
        created_at timestamptz not null default now(),
        deleted_at timestamptz null
      )
    `);
    this.addSql(`
      create table auth.webhook_delivery (
        id uuid not null primary key,
        endpoint_id uuid not null constraint webhook_delivery_endpoint_id_foreign references auth.webhook_endpoint (id),
        event_id uuid not null,
        event_type text not null,
        body text not null,
        status text not null default 'pending' constraint webhook_delivery_status_check check (status in ('pending', 'delivered', 'dead')),
        attempts int not null default 0,
        created_at timestamptz not null default now(),
        queued_at timestamptz not null default now(),
        next_attempt_at timestamptz not null default now(),
        finished_at timestamptz null,
        last_attempt_at timestamptz null,
        duration_ms int null,
        response_status int null,
        response_body text null,
        error text null,
        constraint webhook_delivery_endpoint_id_event_id_unique unique (endpoint_id, event_id)
      )
    `);
    this.addSql('create index webhook_delivery_endpoint_id_id_index on auth.webhook_delivery (endpoint_id, id)');
    this.addSql(
      `create index webhook_delivery_due_index on auth.webhook_delivery (endpoint_id, next_attempt_at) where status = 'pending'`,
    );
    this.addSql(
      'create index webhook_delivery_finished_index on auth.webhook_delivery (finished_at) where finished_at is not null',
    );
  }
}
