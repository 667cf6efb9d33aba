import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { getuid, platform } from 'node:process';

/** How PostgreSQL is run: with which command in front, and who owns its files. */
export interface PostgresAccount {
  /** Null: the account that runs this process. */
  owner: { uid: number; gid: number } | null;
  /** Turns a command into the one to run. `paths` is what it must be able to reach. */
  wrap(command: string[], paths: string[]): string[];
}

/** `nobody`, on every Linux. */
const NOBODY = 65_534;

/**
 * PostgreSQL refuses to run as root. There it runs as `postgres`, or as `nobody` where that account does not
 * exist, by means of `setpriv` (util-linux).
 */
export const postgresAccount = (): PostgresAccount => {
  if (getuid?.() !== 0) return { owner: null, wrap: (command) => command };
  if (platform !== 'linux')
    throw new Error('PostgreSQL does not run as root. Start as an ordinary user, or set DATABASE_URL.');
  const owner = { uid: idOf('-u'), gid: idOf('-g') };
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  return {
    owner,
    wrap: (command, paths) => {
      const reach = paths.every(isReachable) ? [] : REACH_EVERYWHERE;
      return ['setpriv', ...identity, ...reach, '--', ...command];
    },
  };
};

/** A clone below a private folder (/root, mktemp -d) cannot be entered by another account without this. */
const REACH_EVERYWHERE = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];

const idOf = (flag: string): number => {
  try {
    return Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }));
  } catch {
    return NOBODY;
  }
};

const OTHERS_MAY_ENTER = 0o001;

const isReachable = (path: string): boolean => {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & OTHERS_MAY_ENTER) === 0) return false;
  }
  return true;
};
