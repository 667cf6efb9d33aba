import { Migration } from '@mikro-orm/migrations';

export class CreatePasswords extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.password (
        user_id uuid not null primary key
          constraint password_user_id_foreign references auth."user" (id) on update cascade on delete cascade,
        hash text not null,
        changed_at timestamptz not null
      )
    `);
  }
}
