import { Migration } from '@mikro-orm/migrations';

/** From here on an address belongs to one account that is not deleted, and to any number that are. */
export class AddBansAndDeletion extends Migration {
  override up(): void {
    this.addSql(`
      alter table auth."user"
        add column banned_at timestamptz null,
        add column banned_until timestamptz null,
        add column ban_reason text null,
        add column deleted_at timestamptz null,
        add constraint user_ban_check check (
          (banned_at is null) = (ban_reason is null) and (banned_at is not null or banned_until is null)
        ),
        drop constraint user_email_unique
    `);
    this.addSql('create unique index user_email_unique on auth."user" (email) where deleted_at is null');
    // Each finds the few among the many, in the order of the administrators' list.
    this.addSql(`create index user_admin_index on auth."user" (id) where role = 'admin'`);
    this.addSql('create index user_banned_index on auth."user" (id) where banned_at is not null');
    this.addSql('create index user_deleted_index on auth."user" (id) where deleted_at is not null');
  }
}
