import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { postgresAccount } from '../src/postgres/postgres-account.ts';
import { findPostgresBinaries } from '../src/postgres/postgres-binaries.ts';
import type { Stage } from './stage.ts';

/** Something that goes wrong with PostgreSQL for a time; it is over when the promise resolves. */
export type Fault = (stage: Stage, seconds: number) => Promise<void>;

const run = promisify(execFile);

const KILL_INTERVAL_MS = 200;

/** The connection over which an instance hears of changes is ended again and again. */
export const killChannel: Fault = async ({ superuserUrl }, seconds) => {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey-changes'`,
    );
    await sleep(KILL_INTERVAL_MS);
  }
  await client.end();
};

/** As after a crash: connections break, and the log is replayed before anybody gets in again. */
export const crash: Fault = ({ dataFolder }) => pgCtl(dataFolder, ['restart', '--mode=immediate']);

/** As for an upgrade: it says goodbye, and comes back where it was. */
export const stopAndStart: Fault = async ({ dataFolder }, seconds) => {
  const [, options = ''] = /^\S+ (.*)/.exec(await readFile(join(dataFolder, 'postmaster.opts'), 'utf8')) ?? [];
  await pgCtl(dataFolder, ['stop', '--mode=fast']);
  await sleep(seconds * 1000);
  await pgCtl(dataFolder, ['start', '-o', options]);
};

/** Nothing answers and nothing breaks: the worst kind of being away. */
export const freeze: Fault = async ({ dataFolder }, seconds) => {
  const [postmaster = ''] = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n');
  // The postmaster first, so that it starts nobody else.
  process.kill(Number(postmaster), 'SIGSTOP');
  const { stdout } = await run('pgrep', ['-P', postmaster]);
  const children = stdout.trim().split('\n').map(Number);
  for (const pid of children) process.kill(pid, 'SIGSTOP');
  try {
    await sleep(seconds * 1000);
  } finally {
    for (const pid of [...children, Number(postmaster)]) process.kill(pid, 'SIGCONT');
  }
};

const pgCtl = async (dataFolder: string, [action = '', ...args]: string[]): Promise<void> => {
  const { pg_ctl } = await findPostgresBinaries();
  const command = [pg_ctl, action, '--wait', '--silent', '-D', dataFolder, ...args];
  const log = action === 'stop' ? [] : ['-l', join(dataFolder, 'server.log')];
  const [file = '', ...rest] = postgresAccount().wrap([...command, ...log], [pg_ctl, dataFolder]);
  await run(file, rest, { cwd: dataFolder });
};
