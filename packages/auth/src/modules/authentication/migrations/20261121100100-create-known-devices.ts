import { Migration } from '@mikro-orm/migrations';

export class CreateKnownDevices extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.known_device (
        user_id uuid not null
          constraint known_device_user_id_foreign references auth."user" (id) on update cascade on delete cascade,
        token_hash bytea not null,
        created_at timestamptz not null,
        last_login_at timestamptz not null,
        constraint known_device_pkey primary key (user_id, token_hash)
      )
    `);
    this.addSql('create index known_device_token_hash_index on auth.known_device (token_hash)');
  }
}
