import type { Transaction } from './database.ts';
import type { Principal, PrincipalUser } from './principal.ts';

/** The points at which a module may refuse, and what it is told there. */
export interface RulePoints {
  /** Before an account is made. */
  register: { email: string; name: string | null };
  /** After the password was proved, before a session is opened. */
  login: { user: PrincipalUser };
  /** Before a password is accepted as a new one. */
  password: { password: string; email: string; name: string | null };
  /** After each session check. */
  authenticate: { principal: Principal };
  /** In the transaction of what an administrator does, which may have waited since the caller was let in. */
  act: { transaction: Transaction; principal: Principal };
}

/** Runs before something; refuses by throwing an `AuthError`. */
export type Rule<Point extends keyof RulePoints> = (facts: RulePoints[Point]) => Promise<void> | void;

export type Rules = { [Point in keyof RulePoints]?: Rule<Point> };

/** The rules of all modules, in the order of the modules. */
export class RuleBook {
  readonly #rules: { [Point in keyof RulePoints]: Rule<Point>[] } = {
    register: [],
    login: [],
    password: [],
    authenticate: [],
    act: [],
  };

  add(rules: Rules): void {
    if (rules.register) this.#rules.register.push(rules.register);
    if (rules.login) this.#rules.login.push(rules.login);
    if (rules.password) this.#rules.password.push(rules.password);
    if (rules.authenticate) this.#rules.authenticate.push(rules.authenticate);
    if (rules.act) this.#rules.act.push(rules.act);
  }

  /** @throws AuthError of the first rule that refuses */
  async check<Point extends keyof RulePoints>(point: Point, facts: RulePoints[Point]): Promise<void> {
    for (const rule of this.#rules[point]) await rule(facts);
  }
}
