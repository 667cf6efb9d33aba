import { readFileSync, readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { SettingsError } from './settings-error.ts';

/**
 * The variables of a file. One that is not there has none; one that is there and cannot be read is not passed over,
 * as the service would start with other settings than it was given.
 * @throws SettingsError
 */
export const readEnvFile = (file: string): NodeJS.Dict<string> => {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    if (code === 'ENOENT') return {};
    const who = code === 'EACCES' && process.getuid ? ` by user ${process.getuid()}` : '';
    throw new SettingsError([`${targetOf(file)} cannot be read${who} (${code}).`]);
  }
};

/** Where a link leads to, be it a file that may not be read. */
const targetOf = (file: string): string => {
  try {
    return resolve(dirname(file), readlinkSync(file));
  } catch {
    return file;
  }
};
