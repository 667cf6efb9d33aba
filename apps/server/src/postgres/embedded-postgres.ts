import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { findFreePort } from '../find-free-port.ts';
import { postgresAccount } from './postgres-account.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { withStartLock } from './start-lock.ts';

interface EmbeddedPostgresOptions {
  /** Where the cluster and its passwords are kept; made when absent. */
  folder: string;
  /** Told what is being done, for people. */
  onProgress?: (message: string) => void;
  /** For tests: data that need not survive a power cut. */
  isDisposable?: boolean;
}

/** A PostgreSQL of our own. */
export interface EmbeddedPostgres {
  /** For the application: owner of its database, no superuser. */
  url: string;
  /** For tests, which make databases of their own. */
  superuserUrl: string;
  /** Stops it, unless another process still works with it. */
  stop(): Promise<void>;
}

interface Credentials {
  superuserPassword: string;
  applicationPassword: string;
}

const SUPERUSER = 'postgres';
const APPLICATION = 'latchkey';

/**
 * Starts the PostgreSQL that came with the dependencies, on a free port of 127.0.0.1, and makes the cluster the
 * first time. One that still runs, because the process before was killed or another one is at work, is adopted.
 * Each process that works with it holds a lease, a connection that does nothing; the last one to leave stops it.
 */
export const startEmbeddedPostgres = (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> =>
  withStartLock(options.folder, async () => {
    const { folder, onProgress = () => {} } = options;
    const control = await createControl(options);
    const credentials = await loadCredentials(folder);

    if (!(await exists(join(folder, 'data', 'PG_VERSION')))) {
      onProgress('Making a PostgreSQL cluster (the first time only)');
      await control.initialise(credentials.superuserPassword);
    }
    const running = await findRunning(folder, credentials);
    onProgress(running === null ? 'Starting PostgreSQL' : 'Taking over the PostgreSQL that is running already');
    const port = running ?? (await control.start());

    const superuserUrl = urlOf(SUPERUSER, credentials.superuserPassword, port, 'postgres');
    await makeApplicationDatabase(superuserUrl, credentials.applicationPassword);
    const lease = await takeLease(superuserUrl);
    return {
      url: urlOf(APPLICATION, credentials.applicationPassword, port, APPLICATION),
      superuserUrl,
      stop: () => withStartLock(folder, () => leave(lease, superuserUrl, control)),
    };
  });

const LEASE = 'latchkey-lease';

const takeLease = async (superuserUrl: string): Promise<Client> => {
  const lease = new Client({
    connectionString: superuserUrl,
    application_name: LEASE,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  // When PostgreSQL goes, all connections say so; this one has nothing to add.
  lease.on('error', () => {});
  await lease.connect();
  return lease;
};

/** Somebody may have stopped it meanwhile; then nothing is left to do. */
const leave = async (lease: Client, superuserUrl: string, control: { stop(): Promise<void> }): Promise<void> => {
  await lease.end().catch(() => {});
  const isAlone = await withClient(superuserUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_stat_activity where application_name = $1', [LEASE]);
    return rowCount === 0;
  }).catch(() => false);
  if (isAlone) await control.stop();
};

const urlOf = (user: string, password: string, port: number, database: string): string =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

const createControl = async ({ folder, isDisposable = false }: EmbeddedPostgresOptions) => {
  const { initdb, pg_ctl } = await findPostgresBinaries();
  const account = postgresAccount();
  const data = join(folder, 'data');
  const run = async (command: string[]) => {
    const [file = '', ...args] = account.wrap(command, [initdb, data]);
    await promisify(execFile)(file, args, { cwd: folder }).catch((cause: Error & { stderr?: string }) => {
      const said = cause.stderr?.trim().split('\n').at(-1) ?? cause.message;
      throw new Error(`PostgreSQL could not be started: ${said} (more in ${join(data, 'server.log')})`, { cause });
    });
  };

  return {
    /** In a folder aside, so that a cluster which exists is a whole one. */
    initialise: async (superuserPassword: string) => {
      const draft = join(folder, 'draft');
      const passwordFile = join(folder, 'initial-password');
      await rm(draft, { recursive: true, force: true });
      await mkdir(draft, { mode: 0o700 });
      await writeFile(passwordFile, superuserPassword, { mode: 0o600 });
      if (account.owner !== null) {
        for (const path of [draft, passwordFile]) await chown(path, account.owner.uid, account.owner.gid);
      }
      try {
        await run([
          initdb,
          `--pgdata=${draft}`,
          `--username=${SUPERUSER}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale=C',
          '--locale-provider=builtin',
          '--builtin-locale=C.UTF-8',
          ...(isDisposable ? ['--no-sync'] : []),
        ]);
      } finally {
        await rm(passwordFile, { force: true });
      }
      await rename(draft, data);
    },

    start: async (): Promise<number> => {
      const port = await findFreePort();
      const settings = [
        'listen_addresses=127.0.0.1',
        'unix_socket_directories=',
        // A statement that fails is logged without its values, some of which are hashes.
        'log_min_error_statement=panic',
        'max_connections=200',
        `shared_buffers=${sharedBuffersMb()}MB`,
        ...(isDisposable ? ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'] : []),
      ];
      const flags = [`-p ${port}`, ...settings.map((setting) => `-c ${setting}`)].join(' ');
      await run([pg_ctl, 'start', '--wait', '--silent', '-D', data, '-l', join(data, 'server.log'), '-o', flags]);
      return port;
    },

    stop: async () => {
      await run([pg_ctl, 'stop', '--wait', '--silent', '--mode=fast', '-D', data]);
    },
  };
};

/**
 * PostgreSQL's own 128 MB hold the tables and indexes of some 300,000 sessions; what does not fit is copied from the
 * system's cache with each check. Memory is taken as it is needed.
 */
const sharedBuffersMb = (): number => {
  const eighth = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 8 / 2 ** 20;
  return Math.round(Math.min(512, Math.max(128, eighth)));
};

/** The port of a PostgreSQL that answers on this cluster, or null. */
const findRunning = async (folder: string, { superuserPassword }: Credentials): Promise<number | null> => {
  const lines = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(lines.split('\n')[3]);
  if (!Number.isInteger(port) || port === 0) return null;
  return (await untilAnswer(urlOf(SUPERUSER, superuserPassword, port, 'postgres'))) ? port : null;
};

/** The SQLSTATE of a server that has not finished starting. */
const STARTING_UP = '57P03';

/** Whether there is a server to log in to; one that recovers from a crash is waited for. */
const untilAnswer = async (url: string): Promise<boolean> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const outcome = await withClient(url, async () => 'open').catch((error: { code?: string }) => error.code);
    if (outcome !== STARTING_UP) return outcome === 'open';
    await delay(100);
  }
  return false;
};

const loadCredentials = async (folder: string): Promise<Credentials> => {
  const file = join(folder, 'credentials.json');
  if (await exists(file)) return JSON.parse(await readFile(file, 'utf8'));
  const credentials = {
    superuserPassword: randomBytes(24).toString('hex'),
    applicationPassword: randomBytes(24).toString('hex'),
  };
  const draft = `${file}.draft`;
  await writeFile(draft, JSON.stringify(credentials), { mode: 0o600 });
  await rename(draft, file);
  return credentials;
};

const makeApplicationDatabase = async (superuserUrl: string, password: string): Promise<void> => {
  await withClient(superuserUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [APPLICATION]);
    if (rowCount !== 0) return;
    await client.query(`drop role if exists ${APPLICATION}`);
    await client.query(`create role ${APPLICATION} login password '${password}'`);
    await client.query(`create database ${APPLICATION} owner ${APPLICATION}`);
  });
};

const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
