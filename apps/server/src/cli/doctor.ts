import { readSettings, type Settings } from '../env.ts';
import { SettingsError } from '../settings-error.ts';
import { defineCommand, type Outcome } from './define-command.ts';
import { examineDatabase } from './doctor/examine-database.ts';
import { examineMail } from './doctor/examine-mail.ts';
import { examineRedis } from './doctor/examine-redis.ts';
import { examineWeb } from './doctor/examine-web.ts';
import type { Finding } from './doctor/finding.ts';

export const doctor = defineCommand({
  name: 'doctor',
  description: 'look at the settings and at all that the service depends on, and say what to do',
  examples: ['doctor', 'doctor --json'],
  exitCodes: { 0: 'all is well', 1: 'something needs attention' },
  run: async () => toOutcome(await examine()),
});

/** Warnings about what is looked at by itself. */
const EXAMINED = /^(PUBLIC_URL|MAIL_URL) /;

const examine = async (): Promise<Finding[]> => {
  const settings = trySettings();
  if (Array.isArray(settings)) return settings;
  return [
    { what: 'settings', problem: null, detail: settings.isProduction ? 'production' : 'not production' },
    ...settings.warnings
      .filter((warning) => !EXAMINED.test(warning))
      .map((warning) => ({ what: 'settings', problem: warning })),
    ...examineWeb(settings),
    ...(await examineDatabase(settings)),
    await examineRedis(settings.redisUrl),
    await examineMail(settings),
  ];
};

const trySettings = (): Settings | Finding[] => {
  try {
    return readSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map((problem) => ({ what: 'settings', problem }));
  }
};

const toOutcome = (findings: Finding[]): Outcome => {
  const isBad = findings.some(({ problem }) => problem !== null);
  const width = Math.max(...findings.map(({ what }) => what.length));
  const lines = findings.map(({ what, problem, detail }) => {
    const verdict = problem ?? `ok${detail === undefined ? '' : ` (${detail})`}`;
    return `${problem === null ? ' ' : '!'} ${what.padEnd(width)}  ${verdict}`;
  });
  return {
    result: { ok: !isBad, findings: findings.map((finding) => ({ ...finding, ok: finding.problem === null })) },
    text: lines.join('\n'),
    isBad,
  };
};
