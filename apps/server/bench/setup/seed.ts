import { hash, randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** Somebody with a password and an active session. */
export interface SeededUser {
  id: string;
  email: string;
  sessionToken: string;
}

export interface Seed {
  users: SeededUser[];
  /** The same for all. */
  password: string;
}

interface SeedOptions {
  databaseUrl: string;
  /** A running Latchkey on this database. */
  latchkeyUrl: string;
  users: number;
}

const INSERT_USERS = `
  insert into auth."user" (id, email, name, role, email_verified_at, created_at, updated_at)
  select id, email, 'Bench User', 'user', now(), now(), now() from unnest($1::uuid[], $2::text[]) as given(id, email)`;

const INSERT_PASSWORDS = `
  insert into auth.password (user_id, hash, changed_at)
  select u.id, p.hash, now()
  from auth."user" u, auth.password p join auth."user" model on model.id = p.user_id
  where model.email = $2 and u.email = any ($1)`;

const INSERT_SESSIONS = `
  insert into auth.session (id, user_id, token_hash, user_agent, browser, os, device_kind, device_label, ip_address,
    created_at, authenticated_at, last_active_at, expires_at)
  select uuidv7(), u.id, decode(given.token_hash, 'hex'), 'Mozilla/5.0', 'Firefox', 'Linux', 'desktop', 'Firefox on Linux', '127.0.0.1',
    now(), now(), now(), now() + interval '7 days'
  from unnest($1::text[], $2::text[]) as given(email, token_hash) join auth."user" u on u.email = given.email`;

/**
 * Fills the tables. One account is registered over the API, so that its password is stored as Latchkey does it,
 * and all others are given the same stored hash: a thousand bcrypt hashes would take minutes.
 */
export const seed = async ({ databaseUrl, latchkeyUrl, users }: SeedOptions): Promise<Seed> => {
  const model = { email: 'model@bench.example', password: randomBytes(24).toString('base64url') };
  await register(latchkeyUrl, model);

  const seeded = Array.from({ length: users }, (_, index) => ({
    id: randomUUID(),
    email: `user-${index}@bench.example`,
    sessionToken: randomBytes(32).toString('base64url'),
  }));
  const emails = seeded.map(({ email }) => email);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(INSERT_USERS, [seeded.map(({ id }) => id), emails]);
    await client.query(INSERT_PASSWORDS, [emails, model.email]);
    await client.query(INSERT_SESSIONS, [
      emails,
      seeded.map(({ sessionToken }) => hash('sha256', sessionToken, 'hex')),
    ]);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
  return { users: seeded, password: model.password };
};

const register = async (latchkeyUrl: string, account: { email: string; password: string }): Promise<void> => {
  const answer = await fetch(`${latchkeyUrl}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  if (answer.status !== 201)
    throw new Error(`Registering an account was answered with ${answer.status}: ${await answer.text()}`);
};
