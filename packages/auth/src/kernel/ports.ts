/** The time; tests bring their own. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Where the product writes its log; pino fits as it is. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A mail, ready to be sent to one address. */
export interface MailMessage {
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Hands mails over. Rejects when that failed; it is tried again later. */
export interface Mailer {
  send(message: MailMessage): Promise<void>;
}

export type PasswordVerdict = { kind: 'match'; isOutdated: boolean } | { kind: 'mismatch' };

/** Slow, salted hashing away from the event loop. Rejects with `UNAVAILABLE` when too many wait. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes as long for `null` (no such user) as for a stored hash. */
  verify(password: string, storedHash: string | null): Promise<PasswordVerdict>;
  /** Whether it would be guessed soon: a common password, or made of what `personal` holds. */
  isGuessable(password: string, personal: string[]): Promise<boolean>;
  /** How many wait for their turn, if it knows. */
  readonly waiting?: number;
  close(): Promise<void>;
}
