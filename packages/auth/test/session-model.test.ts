import { callTRPCProcedure } from '@trpc/server';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { AuthError } from '../src/index.ts';
import type { PasswordHasher } from '../src/kernel/ports.ts';
import type { Context } from '../src/trpc/context.ts';
import {
  createTestAuth,
  createTestDatabase,
  fakeHasher,
  PASSWORD,
  type TestAuth,
  type TestDatabase,
} from './create-test-auth.ts';

/** How many random histories are tried; `LATCHKEY_MODEL_RUNS=10000` takes its time. */
const RUNS = Number(process.env.LATCHKEY_MODEL_RUNS ?? 300);

/** Lets a login wait between reading the password and opening the session, where everything else can get in between. */
class GatedHasher implements PasswordHasher {
  #gate: Promise<void> | null = null;
  #arrived: (() => void) | null = null;
  hash = fakeHasher.hash;
  isGuessable = fakeHasher.isGuessable;
  close = fakeHasher.close;

  /** The next verification waits for `open`; `reached` tells that it does. */
  holdNext(): { reached: Promise<void>; open: () => void } {
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    this.#arrived = reached.resolve;
    this.#gate = gate.promise;
    return { reached: reached.promise, open: gate.resolve };
  }

  async verify(password: string, storedHash: string | null) {
    const gate = this.#gate;
    this.#gate = null;
    this.#arrived?.();
    await gate;
    return fakeHasher.verify(password, storedHash);
  }
}

const world: { database: TestDatabase; instances: TestAuth[]; hashers: GatedHasher[]; users: number } = {
  database: undefined as never,
  instances: [],
  hashers: [],
  users: 0,
};

beforeAll(async () => {
  world.database = await createTestDatabase(inject('postgres'));
  for (let index = 0; index < 2; index += 1) {
    const hasher = new GatedHasher();
    world.hashers.push(hasher);
    world.instances.push(
      await createTestAuth({ database: world.database, session: { maxPerUser: 0 }, ports: { hasher } }),
    );
  }
});

afterAll(async () => {
  for (const instance of world.instances) await instance[Symbol.asyncDispose]();
  await world.database[Symbol.asyncDispose]();
});

/** A session as the model knows it. */
interface Known {
  token: string;
  isActive: boolean;
}

interface Pending {
  finish(): Promise<string | null>;
  hasBeenOvertaken: boolean;
}

interface Model {
  password: string;
  /** Tokens that were replaced. */
  replaced: string[];
  sessions: Known[];
  pending: Pending[];
}

class Account {
  readonly email: string;

  constructor(email: string) {
    this.email = email;
  }

  /** Calls a procedure on one of the instances with a session token; answers the failure as a code. */
  async call(
    instance: number,
    name: string,
    token: string | null,
    input?: unknown,
  ): Promise<{ code: string | null; token: string | null }> {
    const { router, createLocalContext } = this.#auth(instance);
    const given: Context = createLocalContext(token === null ? {} : { sessionToken: token })();
    let kept: string | null = null;
    const keep = (value: string) => {
      kept = value;
    };
    const ctx: Context = { ...given, cookie: { set: keep, clear: () => {} } };
    const { type } = router._def.procedures[name]._def;
    try {
      await callTRPCProcedure({
        router,
        path: name,
        getRawInput: async () => input,
        ctx,
        type,
        signal: undefined,
        batchIndex: 0,
      });
      return { code: null, token: kept };
    } catch (error) {
      const { cause } = error as Error;
      if (cause instanceof AuthError) return { code: cause.code, token: null };
      throw error;
    }
  }

  async idOf(token: string): Promise<string> {
    const [row] = await world.database.query<{ id: string }>(
      `select id from auth.session where token_hash = sha256(convert_to($1, 'UTF8'))`,
      [token],
    );
    return row?.id ?? '';
  }

  #auth(instance: number) {
    const found = world.instances[instance];
    if (found === undefined) throw new Error('No such instance');
    return found.auth;
  }
}

type Command = fc.AsyncCommand<Model, Account>;

const pick = (model: Model, index: number): Known | undefined =>
  model.sessions[index % Math.max(1, model.sessions.length)];

const endOthers = (model: Model, keep: Known) => {
  for (const session of model.sessions) if (session !== keep) session.isActive = false;
  for (const login of model.pending) login.hasBeenOvertaken = true;
};

/** After every step: both instances accept exactly the sessions that the model knows as active. */
const assertAgreement = async (model: Model, account: Account) => {
  const checks = model.sessions.flatMap((session) =>
    [0, 1].map(async (instance) => {
      const { code } = await account.call(instance, 'sessions.current', session.token);
      expect(
        code === null,
        `instance ${instance} accepts a session that is ${session.isActive ? 'active' : 'over'}`,
      ).toBe(session.isActive);
    }),
  );
  const dead = model.replaced.map(async (token) => {
    const { code } = await account.call(0, 'sessions.current', token);
    expect(code, 'a token that was replaced opens nothing').toBe('UNAUTHENTICATED');
  });
  await Promise.all([...checks, ...dead]);
};

const command = (label: string, run: (model: Model, account: Account) => Promise<void>): Command => ({
  check: () => true,
  run: async (model, account) => {
    await run(model, account);
    await assertAgreement(model, account);
  },
  toString: () => label,
});

const login = (instance: number) =>
  command(`login on ${instance}`, async (model, account) => {
    const { token } = await account.call(instance, 'auth.login', null, {
      email: account.email,
      password: model.password,
    });
    if (token === null) throw new Error('A login was refused');
    model.sessions.push({ token, isActive: true });
  });

const beginLogin = (instance: number) =>
  command(`begin a login on ${instance}`, async (model, account) => {
    const gate = world.hashers[instance]?.holdNext();
    if (gate === undefined) return;
    const answer = account.call(instance, 'auth.login', null, { email: account.email, password: model.password });
    await gate.reached;
    const finish = async () => {
      gate.open();
      return (await answer).token;
    };
    model.pending.push({ finish, hasBeenOvertaken: false });
  });

const finishLogin = (index: number) =>
  command(`finish login ${index}`, async (model) => {
    const [pending] = model.pending.splice(index % Math.max(1, model.pending.length), 1);
    if (pending === undefined) return;
    const token = await pending.finish();
    expect(token === null, 'a login that was overtaken by "log out everywhere" fails, any other succeeds').toBe(
      pending.hasBeenOvertaken,
    );
    if (token !== null) model.sessions.push({ token, isActive: true });
  });

const revokeOthers = (instance: number, index: number) =>
  command(`log out everywhere else on ${instance} by ${index}`, async (model, account) => {
    const keeper = pick(model, index);
    if (keeper === undefined) return;
    const { code } = await account.call(instance, 'sessions.revokeOthers', keeper.token);
    expect(code).toBe(keeper.isActive ? null : 'SESSION_ENDED');
    if (keeper.isActive) endOthers(model, keeper);
  });

const revoke = (instance: number, by: number, index: number) =>
  command(`revoke ${index} on ${instance} by ${by}`, async (model, account) => {
    const actor = pick(model, by);
    const target = pick(model, index);
    if (actor === undefined || target === undefined) return;
    const { code } = await account.call(instance, 'sessions.revoke', actor.token, {
      id: await account.idOf(target.token),
    });
    const expected = target.isActive ? null : 'SESSION_NOT_FOUND';
    expect(code).toBe(actor.isActive ? expected : 'SESSION_ENDED');
    if (actor.isActive) target.isActive = false;
  });

const changePassword = (instance: number, index: number) =>
  command(`change of password on ${instance} by ${index}`, async (model, account) => {
    const keeper = pick(model, index);
    if (keeper === undefined) return;
    const newPassword = `${PASSWORD}-${model.replaced.length}`;
    const input = { currentPassword: model.password, newPassword };
    const { code, token } = await account.call(instance, 'auth.changePassword', keeper.token, input);
    expect(code).toBe(keeper.isActive ? null : 'SESSION_ENDED');
    if (token === null) return;
    endOthers(model, keeper);
    model.password = newPassword;
    model.replaced.push(keeper.token);
    keeper.token = token;
  });

const activity = (instance: number, index: number) =>
  command(`activity of ${index} on ${instance}`, async (model, account) => {
    const session = pick(model, index);
    if (session === undefined) return;
    await account.call(instance, 'sessions.activity', session.token);
    await world.instances[instance]?.auth.flush();
  });

const logout = (instance: number, index: number) =>
  command(`logout of ${index} on ${instance}`, async (model, account) => {
    const session = pick(model, index);
    if (session === undefined) return;
    await account.call(instance, 'auth.logout', session.token);
    session.isActive = false;
  });

const instance = fc.integer({ min: 0, max: 1 });
const index = fc.nat({ max: 5 });

const history = fc.commands(
  [
    instance.map(login),
    instance.map(beginLogin),
    index.map(finishLogin),
    fc.tuple(instance, index).map(([on, by]) => revokeOthers(on, by)),
    fc.tuple(instance, index).map(([on, by]) => changePassword(on, by)),
    fc.tuple(instance, index, index).map(([on, by, target]) => revoke(on, by, target)),
    fc.tuple(instance, index).map(([on, of]) => activity(on, of)),
    fc.tuple(instance, index).map(([on, of]) => logout(on, of)),
  ],
  { maxCommands: 14 },
);

test(`${RUNS} random histories on two instances: nothing that was ended comes back, nothing else ends`, {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (commands) => {
      world.users += 1;
      const account = new Account(`user-${world.users}@example.com`);
      const { token } = await account.call(0, 'auth.register', null, { email: account.email, password: PASSWORD });
      if (token === null) throw new Error('A registration was refused');
      const model: Model = { password: PASSWORD, replaced: [], sessions: [{ token, isActive: true }], pending: [] };
      await fc.asyncModelRun(() => ({ model, real: account }), commands);
      await Promise.all(model.pending.map((pending) => pending.finish()));
    }),
    { numRuns: RUNS },
  );
});
