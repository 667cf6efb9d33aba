import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from './env.ts';

const SECRETS = [
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'sessionToken',
  'accessToken',
  'refreshToken',
  'secret',
  'newEmail',
  'authorization',
  'cookie',
  '["set-cookie"]',
];

const below = (parent: string, name: string): string =>
  name.startsWith('[') ? `${parent}${name}` : `${parent}.${name}`;

/** Nothing logs secrets on purpose; this is for the day when somebody logs a whole request. */
export const redaction = {
  paths: SECRETS.flatMap((name) => [name, below('*', name), below('*.*', name)]),
  censor: '[redacted]',
};

/** JSON lines in production, readable lines otherwise. */
export const createLogger = ({ logLevel, isProduction }: Settings): Logger => {
  const options = { level: logLevel, redact: redaction };
  return isProduction
    ? pino(options)
    : pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true }));
};
