import type { AppToken, ExportedAppToken } from '@latchkey/contract';
import type { AppTokenRow } from './app-token.repository.ts';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** As it crosses the wire. */
export const toAppToken = ({ id, name, prefix, scopes, createdAt, lastUsedAt, expiresAt }: AppTokenRow): AppToken => ({
  id,
  name,
  prefix,
  scopes,
  createdAt: iso(createdAt),
  lastUsedAt: lastUsedAt === null ? null : iso(lastUsedAt),
  expiresAt: iso(expiresAt),
});

export const toExportedAppToken = (row: AppTokenRow): ExportedAppToken => ({
  ...toAppToken(row),
  revokedAt: row.revokedAt === null ? null : iso(row.revokedAt),
});
