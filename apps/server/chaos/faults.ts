import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { postgresAccount } from '../src/postgres/postgres-account.ts';
import { findPostgresBinaries } from '../src/postgres/postgres-binaries.ts';

/** The PostgreSQL that a fault happens to. */
export interface Victim {
  /** Where its cluster is. */
  dataFolder: string;
  superuserUrl: string;
}

/** What goes wrong, for how long; it is over when the promise resolves. */
export interface Fault {
  name: string;
  happen(victim: Victim, seconds: number): Promise<void>;
}

const run = promisify(execFile);

const KILL_INTERVAL_MS = 200;

/** The connection over which an instance hears of changes is ended again and again. */
const channelKilled: Fault = {
  name: 'push channel killed',
  happen: async ({ superuserUrl }, seconds) => {
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
  },
};

/** As after a crash: connections break, and the log is replayed before anybody gets in again. */
const restarted: Fault = {
  name: 'PostgreSQL crashed and restarted',
  happen: async ({ dataFolder }) => {
    const { pg_ctl } = await findPostgresBinaries();
    const command = [pg_ctl, 'restart', '--wait', '--silent', '--mode=immediate', '-D', dataFolder];
    const [file = '', ...args] = postgresAccount().wrap(
      [...command, '-l', join(dataFolder, 'server.log')],
      [pg_ctl, dataFolder],
    );
    await run(file, args, { cwd: dataFolder });
  },
};

/** Nothing answers and nothing breaks: the worst kind of being away. */
const frozen: Fault = {
  name: 'PostgreSQL frozen',
  happen: async ({ dataFolder }, seconds) => {
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
  },
};

export const FAULTS: Fault[] = [channelKilled, restarted, frozen];
