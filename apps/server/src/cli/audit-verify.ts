import type { AuditVerdict } from '@latchkey/auth';
import { type Command, InvalidArgumentError } from 'commander';
import { defineCommand } from './define-command.ts';
import { withAuth } from './with-auth.ts';

interface Head {
  position: number;
  hash: string;
}

interface VerifyOptions {
  expectHead?: Head;
}

const toHead = (text: string): Head => {
  const [, position, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined)
    throw new InvalidArgumentError('Use a head as this command prints it: a position, a colon and 64 digits.');
  return { position: Number(position), hash };
};

export const auditVerify = defineCommand<VerifyOptions>({
  name: 'verify',
  description: 'walk the chain of the audit log and name the first event that was altered, deleted, moved or inserted',
  examples: ['audit verify', 'audit verify --json', 'audit verify --expect-head 1042:9f86d081…'],
  exitCodes: { 0: 'the log is whole', 1: 'it was tampered with, or could not be read' },
  configure: (command: Command) =>
    command.option(
      '--expect-head <position:hash>',
      'a head that was printed earlier and kept elsewhere: tells whether the end was cut off since',
      toHead,
    ),
  run: async ({ expectHead }) => {
    const verdict = await withAuth(({ auth }) =>
      auth.verifyAuditLog({ ...(expectHead !== undefined && { expectHead }), onProgress: showProgress }),
    );
    return {
      result: { ok: verdict.problem === null, ...verdict },
      text: [describe(verdict), ...forgotten(verdict, expectHead)].join('\n'),
      isBad: verdict.problem !== null,
    };
  },
});

/** To people who watch; never into a file or a pipe. */
const showProgress = (checked: number, total: number): void => {
  if (!process.stderr.isTTY) return;
  const percent = Math.floor((checked / total) * 100);
  process.stderr.write(`\r${checked.toLocaleString('en')} of ${total.toLocaleString('en')} (${percent} %)`);
  if (checked === total) process.stderr.write('\n');
};

/** A head that went with old events can be compared with nothing. */
const forgotten = ({ start }: AuditVerdict, expected: Head | undefined): string[] =>
  expected !== undefined && start !== null && expected.position < start.position
    ? ['The expected head is of a part that has gone by retention: it tells nothing any more. Keep the one above.']
    : [];

const describe = ({ problem, verified, start, unsealed, anonymised, head }: AuditVerdict): string => {
  const count = (events: number) => `${events.toLocaleString('en')} ${events === 1 ? 'event' : 'events'}`;
  return [
    problem === null ? 'The audit log is whole.' : `The audit log was tampered with. ${problem.message}`,
    `  sealed and verified  ${count(verified)}${anonymised > 0 ? `, ${anonymised.toLocaleString('en')} of them anonymised` : ''}`,
    ...(start === null
      ? []
      : [`  gone by retention    ${count(start.position)}, up to ${start.position}:${start.hash}`]),
    `  not yet sealed       ${count(unsealed)}`,
    ...(head === null ? [] : [`  head                 ${head.position}:${head.hash}`]),
    ...(head === null || problem !== null
      ? []
      : [
          'Keep the head where nobody who can write to this database can: with --expect-head it tells later whether the end was cut off.',
        ]),
  ].join('\n');
};
