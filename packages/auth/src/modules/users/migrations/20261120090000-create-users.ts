import { Migration } from '@mikro-orm/migrations';

export class CreateUsers extends Migration {
  override up(): void {
    this.addSql(`
      create table auth."user" (
        id uuid not null primary key,
        email text not null constraint user_email_unique unique,
        name text null,
        role text not null constraint user_role_check check (role in ('user', 'admin')),
        email_verified_at timestamptz null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )
    `);
  }
}
