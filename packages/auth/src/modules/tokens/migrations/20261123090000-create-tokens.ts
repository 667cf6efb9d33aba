import { Migration } from '@mikro-orm/migrations';

export class CreateTokens extends Migration {
  override up(): void {
    this.addSql(`
      create table auth.signing_key (
        kid text not null primary key,
        algorithm text not null,
        public_jwk jsonb not null,
        private_key bytea not null,
        created_at timestamptz not null default now(),
        signs_from timestamptz not null,
        retired_at timestamptz null,
        constraint signing_key_algorithm_check check (algorithm in ('RS256', 'ES256', 'EdDSA'))
      )
    `);
    this.addSql(`
      create table auth.refresh_token (
        id uuid not null primary key,
        session_id uuid not null constraint refresh_token_session_id_foreign references auth.session (id) on delete cascade,
        token_hash bytea not null,
        issued_at timestamptz not null default now(),
        expires_at timestamptz not null,
        access_expires_at timestamptz not null,
        superseded_at timestamptz null
      )
    `);
    this.addSql('create index refresh_token_token_hash_index on auth.refresh_token using hash (token_hash)');
    this.addSql('create index refresh_token_session_id_index on auth.refresh_token (session_id)');
    this.addSql('create index refresh_token_expires_at_index on auth.refresh_token (expires_at)');
    this.addSql(`
      create table auth.invalidated_token (
        session_id uuid not null primary key,
        denied_at timestamptz not null default now(),
        expires_at timestamptz not null,
        issued_before timestamptz null
      )
    `);
    this.addSql('create index invalidated_token_expires_at_index on auth.invalidated_token (expires_at)');
  }
}
