import { findPendingMigrations } from '@latchkey/auth';
import { Client } from 'pg';
import type { Settings } from '../../env.ts';
import { optInModules } from '../../opt-in-modules.ts';
import { openDatabase } from '../../postgres/open-database.ts';
import { type Finding, reasonOf } from './finding.ts';

const OLDEST_MAJOR = 13;

/** Beyond this, timeouts and log lines of the two machines tell different stories. */
const MAX_SKEW_MS = 1000;

/** The database of the settings; nothing in it is changed. */
export const examineDatabase = async (settings: Settings): Promise<Finding[]> => {
  const what = 'database';
  const database = await openDatabase(settings, () => {}).catch(reasonOf);
  if (typeof database === 'string') return [{ what, problem: database }];
  const client = new Client({ connectionString: database.url, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return [
      { what, problem: null, detail: database.description },
      await examineVersion(client),
      await examineRole(client),
      await examineClock(client),
      await examineMigrations(settings.auth.databaseDirectUrl ?? database.url, settings),
      await examineSearch(client),
    ];
  } catch (error) {
    return [{ what, problem: reasonOf(error) }];
  } finally {
    await client.end().catch(() => {});
    await database.close();
  }
};

const examineVersion = async (client: Client): Promise<Finding> => {
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  const version = rows[0]?.server_version ?? '';
  const isOld = Number.parseInt(version, 10) < OLDEST_MAJOR;
  const problem = isOld ? `PostgreSQL ${OLDEST_MAJOR} or newer is needed; this is ${version}.` : null;
  return { what: 'database version', problem, detail: version };
};

const examineRole = async (client: Client): Promise<Finding> => {
  const { rows } = await client.query<{ name: string; can_do_all: boolean }>(
    'select rolname as name, rolsuper or rolbypassrls as can_do_all from pg_roles where rolname = current_user',
  );
  const [role] = rows;
  const problem = role?.can_do_all
    ? `${role.name} is a superuser or passes row-level security. Give the service a role of its own: CREATE ROLE latchkey LOGIN; ALTER DATABASE … OWNER TO latchkey`
    : null;
  return { what: 'database role', problem, ...(role !== undefined && { detail: role.name }) };
};

const examineClock = async (client: Client): Promise<Finding> => {
  const sentAt = Date.now();
  const { rows } = await client.query<{ now: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
  );
  const skew = (sentAt + Date.now()) / 2 - (rows[0]?.now ?? Number.NaN);
  const seconds = `${(Math.abs(skew) / 1000).toFixed(1)} s`;
  const problem =
    Math.abs(skew) > MAX_SKEW_MS
      ? `This machine is ${seconds} ${skew > 0 ? 'ahead of' : 'behind'} the database. Let both synchronise their clocks (NTP).`
      : null;
  return { what: 'clocks', problem, detail: `${seconds} apart` };
};

const examineMigrations = async (url: string, settings: Settings): Promise<Finding> => {
  const pending = await findPendingMigrations(url, await optInModules(settings));
  const problem =
    pending.length === 0
      ? null
      : `${pending.length} ${pending.length === 1 ? 'migration is' : 'migrations are'} pending. Run \`latchkey migrate\`, or start the server.`;
  return { what: 'schema', problem, detail: 'up to date' };
};

const examineSearch = async (client: Client): Promise<Finding> => {
  const { rows } = await client.query(
    `select 1 where to_regclass('auth."user"') is not null and to_regclass('auth.user_search_index') is null`,
  );
  const problem =
    rows.length === 0
      ? null
      : `The extension pg_trgm was missing when the schema was made, so the search for users reads all of them. As a superuser: CREATE EXTENSION pg_trgm; CREATE INDEX user_search_index ON auth."user" USING gin (lower(email || e'\\n' || coalesce(name, '')) gin_trgm_ops)`;
  return { what: 'search index', problem };
};
