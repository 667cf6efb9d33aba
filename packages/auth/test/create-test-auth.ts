import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { inject } from 'vitest';
import { type Auth, type AuthOptionsInput, type AuthPorts, createAuth } from '../src/index.ts';
import { fakeHasher } from './fake-hasher.ts';
import { FakeMailer, type ReceivedMail } from './fake-mailer.ts';
import { createTestDatabase, type TestDatabase, type TestPostgres } from './test-database.ts';

export { fakeHasher } from './fake-hasher.ts';
export type { ReceivedMail } from './fake-mailer.ts';
export { createTestDatabase, makeTemplateDatabase, type TestDatabase } from './test-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** A password that passes. */
export const PASSWORD = 'tidal-copper-lantern';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: Record<string, unknown>;
}

/** A running auth on its own database, behind a real HTTP server. */
export interface TestAuth extends AsyncDisposable {
  auth: Auth;
  app: Express;
  /** Where the server listens. */
  url: string;
  database: TestDatabase;
  log: LogLine[];
  /** What was mailed, in order. */
  mails: ReceivedMail[];
  /** Waits for the next mail to an address that nobody has waited for yet. */
  nextMail(to: string): Promise<ReceivedMail>;
  /** The audit log, in order. */
  events(): Promise<
    {
      type: string;
      user_id: string | null;
      session_id: string | null;
      actor_id: string | null;
      data: object;
      trace_id: string;
    }[]
  >;
  /** Makes time pass for all sessions: they were opened and used so many minutes earlier. */
  ageSessions(minutes: number): Promise<void>;
  /** By hand: a promotion would end the sessions. */
  makeAdmin(email: string): Promise<void>;
}

type TestOptions = Omit<AuthOptionsInput, 'databaseUrl'> & { ports?: AuthPorts; database?: TestDatabase };

/** @example await using t = await createTestAuth({ session: { maxPerUser: 2 } }); */
export const createTestAuth = async ({
  ports = {},
  database: given,
  ...options
}: TestOptions = {}): Promise<TestAuth> => {
  const database = given ?? (await createTestDatabase(inject('postgres')));
  const log: LogLine[] = [];
  const mailer = new FakeMailer();
  const auth = await createAuth(
    { rateLimitFactor: 1000, ...options, databaseUrl: database.url },
    { logger: createMemoryLogger(log), hasher: fakeHasher, mailer, ...ports },
  );
  const app = express();
  app.use(auth.toExpress());
  app.use(...auth.notFound());
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    auth,
    app,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    database,
    log,
    mails: mailer.mails,
    nextMail: (to) => mailer.next(to),
    events: () => database.query('select * from auth.event order by id'),
    ageSessions: async (minutes) => {
      await database.query(
        `update auth.session set created_at = created_at - make_interval(mins => $1), authenticated_at = authenticated_at - make_interval(mins => $1),
           last_active_at = last_active_at - make_interval(mins => $1), expires_at = expires_at - make_interval(mins => $1)`,
        [minutes],
      );
    },
    makeAdmin: async (email) => {
      await database.query(`update auth."user" set role = 'admin' where email = $1`, [email]);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await auth.close();
      if (given === undefined) await database[Symbol.asyncDispose]();
    },
  };
};

const createMemoryLogger = (log: LogLine[]): NonNullable<AuthPorts['logger']> => {
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    log.push({ level, message, fields: { ...fields } });
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
};
