import { findFreePort } from '../src/find-free-port.ts';
import { ServerProcess } from '../test/server-process.ts';

/** One of several servers on the same database. */
export interface Instance extends AsyncDisposable {
  url: string;
  port: number;
  process: ServerProcess;
}

export interface InstanceOptions {
  databaseUrl: string;
  /** Default: one that is free. */
  port?: number;
  settings?: Record<string, string>;
}

/** Starts the product as a user does, with limits that a storm of one address does not reach. */
export const startInstance = async (options: InstanceOptions): Promise<Instance> => {
  const instance = await launchInstance(options);
  await instance.process.says('Latchkey is running');
  return instance;
};

/** Does not wait until it serves. */
export const launchInstance = async ({ databaseUrl, port, settings = {} }: InstanceOptions): Promise<Instance> => {
  const chosen = port ?? (await findFreePort());
  const server = new ServerProcess({
    PORT: String(chosen),
    DATABASE_URL: databaseUrl,
    BCRYPT_COST: '4',
    LOG_LEVEL: 'silent',
    MAX_SESSIONS_PER_USER: '0',
    RATE_LIMIT_FACTOR: '1000000',
    ...settings,
  });
  return {
    url: `http://localhost:${chosen}`,
    port: chosen,
    process: server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

export const PASSWORD = 'tidal-copper-lantern';

/** Somebody who is logged in on one device, and knows its session. */
export interface LoggedIn {
  cookie: string;
  sessionId: string;
}

/** One user with an administrator's view of nothing: just many sessions, the first of which ends the others. */
export const logInManyTimes = async ({ url }: Instance, email: string, sessions: number): Promise<LoggedIn[]> => {
  const body = { email, password: PASSWORD };
  const first = await logInBy(`${url}/api/v1/auth/register`, body);
  const others: LoggedIn[] = [];
  while (others.length < sessions) others.push(await logInBy(`${url}/api/v1/auth/login`, body));
  return [first, ...others];
};

/** @throws Error with the status when that is refused */
export const logInBy = async (url: string, body: object): Promise<LoggedIn> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!response.ok || cookie === undefined) throw new Error(`${url} answered ${response.status}`);
  const { session } = (await response.json()) as { session: { id: string } };
  return { cookie, sessionId: session.id };
};
