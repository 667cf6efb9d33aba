import { hash } from 'node:crypto';
import { Pool } from 'pg';

interface SessionRow {
  now: number;
  session_id: string;
  created_at: number;
  last_active_at: number;
  expires_at: number;
  end_reason: string | null;
  ip_address: string | null;
  browser: string | null;
  os: string | null;
  device_kind: string;
  device_label: string;
  user_id: string;
  email: string;
  name: string | null;
  role: string;
  is_email_verified: boolean;
  user_created_at: number;
  idle_timeout_minutes: number | null;
}

/** Word for word what Latchkey asks about a single session. */
const QUERY = {
  name: 'session',
  text: `select
    date_part('epoch', now()) * 1000 as now,
    s.id as session_id,
    date_part('epoch', s.created_at) * 1000 as created_at,
    date_part('epoch', s.authenticated_at) * 1000 as authenticated_at,
    date_part('epoch', s.last_active_at) * 1000 as last_active_at,
    date_part('epoch', s.expires_at) * 1000 as expires_at,
    coalesce(s.end_reason, case
      when (u.banned_at is not null and (u.banned_until is null or u.banned_until > now())) then 'banned'
      when s.epoch < u.session_epoch or u.deleted_at is not null then 'revoked'
    end) as end_reason,
    host(s.ip_address) as ip_address, s.browser, s.os, s.device_kind, s.device_label,
    u.id as user_id, u.email, u.name, u.role,
    u.email_verified_at is not null as is_email_verified,
    date_part('epoch', u.created_at) * 1000 as user_created_at,
    s.idle_timeout_minutes
    from auth.session s join auth."user" u on u.id = s.user_id where s.token_hash = $1`,
};

const IDLE_TIMEOUT_MS = 3_600_000;
const COOKIE = 'latchkey_session=';

/** The session check as a careful developer writes it by hand: one prepared query per request, from a pool. */
export class SessionQuery {
  readonly #pool: Pool;

  constructor(databaseUrl: string) {
    this.#pool = new Pool({ connectionString: databaseUrl, max: 10 });
  }

  /** @returns null without an active session */
  async find(cookie: string | undefined): Promise<SessionRow | null> {
    if (cookie === undefined || !cookie.startsWith(COOKIE)) return null;
    const tokenHash = `\\x${hash('sha256', cookie.slice(COOKIE.length), 'hex')}`;
    const { rows } = await this.#pool.query<SessionRow>({ ...QUERY, values: [tokenHash] });
    const [row] = rows;
    return row === undefined || !isActive(row) ? null : row;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

const isActive = ({ end_reason, now, expires_at, last_active_at }: SessionRow): boolean =>
  end_reason === null && now < expires_at && now - last_active_at < IDLE_TIMEOUT_MS;

const toIso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** What `GET /api/v1/me` answers. */
export const toIdentity = (row: SessionRow): object => ({
  user: {
    id: row.user_id,
    email: row.email,
    name: row.name,
    role: row.role,
    emailVerified: row.is_email_verified,
    createdAt: toIso(row.user_created_at),
  },
  session: {
    id: row.session_id,
    current: true,
    device: { browser: row.browser, os: row.os, kind: row.device_kind, label: row.device_label },
    ipAddress: row.ip_address,
    createdAt: toIso(row.created_at),
    lastActiveAt: toIso(row.now),
    idleExpiresAt: toIso(Math.min(row.now + IDLE_TIMEOUT_MS, row.expires_at)),
    expiresAt: toIso(row.expires_at),
  },
});
