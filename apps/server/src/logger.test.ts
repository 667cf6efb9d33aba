import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { redaction } from './logger.ts';

test('secrets are not written, wherever they stand', () => {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = pino({ redact: redaction }, sink);

  logger.info(
    {
      password: 's3cret',
      input: { newPassword: 's3cret', token: 's3cret' },
      req: { headers: { cookie: 's3cret', authorization: 's3cret' } },
    },
    'x',
  );
  logger.info({ res: { headers: { 'set-cookie': 's3cret' } }, currentPassword: 's3cret' }, 'x');

  expect(lines.join('')).not.toContain('s3cret');
  expect(lines.join('')).toContain('[redacted]');
});
