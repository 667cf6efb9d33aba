/** How often something may happen for one key: so many points in a window that the first one opens. */
export interface Limit {
  points: number;
  /** The length of the window. */
  seconds: number;
  /**
   * Beyond the points, nothing goes for this long: `firstSeconds` at first, twice as long each further time
   * within a day, `maxSeconds` at most. Without it, nothing goes until the window ends.
   */
  lock?: { firstSeconds: number; maxSeconds: number };
  /** What succeeds shows that it was the owner after all: the count starts anew. */
  isResetBySuccess?: boolean;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * All limits of single operations; `rateLimitFactor` multiplies the points. They are asked in the order in which
 * they stand, and the first one that refuses spares the ones behind it. What each is counted by:
 *
 * - `address`: where the call comes from, IPv6 by /64.
 * - `account`: the e-mail address in the input, whether or not there is such an account.
 * - `pair`: an account as seen from one address.
 * - `device`: an account as seen from a device that it was used on before.
 * - `user`: who is logged in.
 *
 * None of them is given up where it hinders: a limit that is in the way is a number to be changed here.
 */
export const LIMITS = {
  /** From one address at most 30 guesses a day against an account; from everywhere together some 130. */
  login: {
    // A whole office may log in from one address in the morning; one password tried on many accounts stops here.
    // A success does not reset it: whoever has an account of their own could go on for ever.
    address: { points: 100, seconds: 10 * MINUTE },
    // Before the account, so that one address alone soon cannot keep an account locked for everybody else.
    pair: { points: 30, seconds: DAY, isResetBySuccess: true },
    // Ten tries are enough for who has forgotten which password it was. Waiting grows as NIST SP 800-63B §3.2.2 has it.
    account: {
      points: 10,
      seconds: 4 * HOUR,
      lock: { firstSeconds: MINUTE, maxSeconds: 4 * HOUR },
      isResetBySuccess: true,
    },
    // Takes the place of the three above, so that nobody else's guesses reach the owner. Success does not reset
    // it: this way the work that one device can cause is bounded, too.
    device: { points: 20, seconds: HOUR },
  },

  /** Each one costs a hash, may tell that an address is taken, and mails; a class of students shares an address. */
  register: { address: { points: 60, seconds: HOUR }, account: { points: 5, seconds: HOUR } },

  /** Each one sends a mail: nobody's mailbox is to be flooded, by whomever. */
  forgotPassword: { address: { points: 20, seconds: HOUR }, account: { points: 5, seconds: HOUR } },
  resendVerification: { address: { points: 20, seconds: HOUR }, account: { points: 5, seconds: HOUR } },

  /** The link or the code of a mail: a code bears few wrong tries itself, and this bounds how often one may begin. */
  redeem: {
    address: { points: 60, seconds: 10 * MINUTE },
    account: { points: 10, seconds: HOUR, isResetBySuccess: true },
  },

  /** Whoever came by a session does not get to guess the password behind it, whichever operation asks for it. */
  provePassword: { user: { points: 10, seconds: HOUR, isResetBySuccess: true } },
  /** Proves a password and sends a mail to an address that may be somebody else's. */
  changeEmail: {
    user: { points: 5, seconds: HOUR },
    address: { points: 20, seconds: HOUR },
    account: { points: 5, seconds: HOUR },
  },

  /** Each refresh token is a row for a week. Who has a session needs one per app and start. */
  issueTokens: { user: { points: 100, seconds: HOUR } },
  /** An access token lasts for minutes, and a whole office may share an address. */
  refreshTokens: { address: { points: 1000, seconds: 10 * MINUTE } },

  /** Each one is a key that lasts and a mail; nobody needs many of them on one day. */
  createAppToken: { user: { points: 20, seconds: HOUR } },

  /** Reads all there is about somebody. */
  exportMe: { user: { points: 5, seconds: HOUR } },
} as const satisfies Record<string, Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

/** What an operation is counted by. Null: not by this one, which has to be said. */
export type LimitKeys<Name extends LimitName> = Record<keyof (typeof LIMITS)[Name], string | null>;
