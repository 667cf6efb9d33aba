import { IS_BANNED_SQL } from '../users/user.repository.ts';

/** A session and its user, as the check reads them; instants in milliseconds, `now` by the database's clock. */
export interface CheckedSession {
  now: number;
  session_id: string;
  created_at: number;
  authenticated_at: number;
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
  scopes: string[] | null;
}

/** In the order of `CheckedColumns`. */
export const CHECKED_COLUMNS = `
  date_part('epoch', now()) * 1000 as now,
  s.id as session_id,
  date_part('epoch', s.created_at) * 1000 as created_at,
  date_part('epoch', s.authenticated_at) * 1000 as authenticated_at,
  date_part('epoch', s.last_active_at) * 1000 as last_active_at,
  date_part('epoch', s.expires_at) * 1000 as expires_at,
  coalesce(s.end_reason, case
    when ${IS_BANNED_SQL} then 'banned'
    when s.epoch < u.session_epoch or u.deleted_at is not null then 'revoked'
  end) as end_reason,
  host(s.ip_address) as ip_address, s.browser, s.os, s.device_kind, s.device_label,
  u.id as user_id, u.email, u.name, u.role,
  u.email_verified_at is not null as is_email_verified,
  date_part('epoch', u.created_at) * 1000 as user_created_at,
  s.idle_timeout_minutes, array_to_string(s.scopes, ' ') as scopes`;

/** The values of `CHECKED_COLUMNS`, as PostgreSQL writes them. */
export type CheckedColumns = [
  now: string,
  session_id: string,
  created_at: string,
  authenticated_at: string,
  last_active_at: string,
  expires_at: string,
  end_reason: string | null,
  ip_address: string | null,
  browser: string | null,
  os: string | null,
  device_kind: string,
  device_label: string,
  user_id: string,
  email: string,
  name: string | null,
  role: string,
  is_email_verified: 't' | 'f',
  user_created_at: string,
  idle_timeout_minutes: string | null,
  scopes: string | null,
];

export const toCheckedSession = (row: CheckedColumns): CheckedSession => ({
  now: Number(row[0]),
  session_id: row[1],
  created_at: Number(row[2]),
  authenticated_at: Number(row[3]),
  last_active_at: Number(row[4]),
  expires_at: Number(row[5]),
  end_reason: row[6],
  ip_address: row[7],
  browser: row[8],
  os: row[9],
  device_kind: row[10],
  device_label: row[11],
  user_id: row[12],
  email: row[13],
  name: row[14],
  role: row[15],
  is_email_verified: row[16] === 't',
  user_created_at: Number(row[17]),
  idle_timeout_minutes: row[18] === null ? null : Number(row[18]),
  scopes: row[19]?.split(' ') ?? null,
});
