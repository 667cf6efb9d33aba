import { hash, randomInt } from 'node:crypto';
import { Client } from 'pg';
import type { TargetProcess } from './target-process.ts';

const SESSIONS_PER_USER = 5;

interface CrowdOptions {
  superuserUrl: string;
  databaseUrl: string;
  sessions: number;
  startOn(databaseUrl: string, file: string): Promise<TargetProcess>;
  onProgress(message: string): void;
}

/** A database with a certain number of sessions, five to a user. */
export interface Crowd {
  databaseUrl: string;
  sessions: number;
  /** A Latchkey on it. */
  start(): Promise<TargetProcess>;
  /** The cookie of one of the five sessions of the n-th user. */
  cookieOf(user: number, session: number): string;
  users: number;
  /** Of as many sessions, each drawn from all of them. */
  randomCookies(count: number): string[];
}

const INSERT_USERS = `
  insert into auth."user" (id, email, name, role, email_verified_at, created_at, updated_at)
  select uuidv7(), 'user-' || n || '@crowd.example', 'Bench User', 'user', now(), now(), now()
  from generate_series(0, $1::int - 1) as n`;

/** The sessions of a user are spread over the whole table, as they would be if people logged in again and again. */
const INSERT_SESSIONS = `
  insert into auth.session (id, user_id, token_hash, user_agent, browser, os, device_kind, device_label, ip_address,
    created_at, authenticated_at, last_active_at, expires_at)
  select uuidv7(), u.id, sha256(translate(encode(sha256(('session ' || n)::bytea), 'base64'), '+/=', '-_')::bytea),
    'Mozilla/5.0', 'Firefox', 'Linux', 'desktop', 'Firefox on Linux', '127.0.0.1',
    now(), now(), now(), now() + interval '7 days'
  from generate_series(0, $1::int - 1) as n
  join (select id, row_number() over (order by id) - 1 as place from auth."user") as u on u.place = n % $2::int`;

/** The token of the n-th session: any number of them can be asked for without keeping a list. */
const tokenOf = (n: number): string => hash('sha256', `session ${n}`, 'base64url');

const toCookie = (n: number): string => `latchkey_session=${tokenOf(n)}`;

export const makeCrowd = async (options: CrowdOptions): Promise<Crowd> => {
  const { superuserUrl, sessions, startOn, onProgress } = options;
  const name = `crowd_${sessions}`;
  onProgress(`Filling a database with ${sessions.toLocaleString('en-US')} sessions`);
  const owner = new URL(options.databaseUrl).username;
  await withClient(superuserUrl, (client) => client.query(`create database ${name} owner ${owner}`));
  const databaseUrl = Object.assign(new URL(options.databaseUrl), { pathname: name }).href;
  const start = () => startOn(databaseUrl, 'latchkey.ts');
  // It brings the schema along.
  await (await start())[Symbol.asyncDispose]();
  const users = Math.ceil(sessions / SESSIONS_PER_USER);
  await withClient(databaseUrl, async (client) => {
    await client.query(INSERT_USERS, [users]);
    await client.query('analyze auth."user"');
    await client.query(INSERT_SESSIONS, [sessions, users]);
    await client.query('vacuum analyze');
  });
  return {
    databaseUrl,
    sessions,
    start,
    users,
    cookieOf: (user, session) => toCookie(user + session * users),
    randomCookies: (count) => Array.from({ length: count }, () => toCookie(randomInt(sessions))),
  };
};

/** Something done on a connection of its own. */
export const withClient = async <T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
