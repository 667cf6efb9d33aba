import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from './env.ts';

/** Never written, wherever somebody may put them. */
const SECRETS = ['password', 'newPassword', 'currentPassword', 'token', 'sessionToken', 'authorization', 'cookie', '["set-cookie"]'];

/** JSON lines in production, readable lines in a terminal. */
export const createLogger = ({ logLevel, isProduction }: Settings): Logger => {
  const paths = SECRETS.flatMap((name) => (name.startsWith('[') ? [name, `*${name}`, `*.*${name}`] : [name, `*.${name}`, `*.*.${name}`]));
  const options = { level: logLevel, redact: { paths, censor: '[redacted]' } };
  return isProduction ? pino(options) : pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true }));
};
