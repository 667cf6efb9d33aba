import type { Limits } from '../kernel/limits/limits.ts';
import type { Authentication, Caller } from '../kernel/principal.ts';

/** Writes a cookie of the answer that holds a secret. */
export interface TokenCookie {
  set(token: string, expiresAt: Date): void;
  clear(): void;
}

/** Writes the cookie by which a device is known again; it opens nothing, so it outlives every session. */
export interface DeviceCookie {
  set(token: string): void;
}

/** After the end of the session that calls: its browser has no use for what it keeps. */
export const forgetTokens = ({ cookie, refreshCookie }: Pick<Context, 'cookie' | 'refreshCookie'>): void => {
  cookie.clear();
  refreshCookie.clear();
};

/** What a procedure knows about the call before anybody has looked who calls. */
export interface Context {
  caller: Caller;
  /** From the cookie, unless a bearer token counts in its place; has the form of a token, nothing more is known. */
  sessionToken: string | null;
  cookie: TokenCookie;
  /** From its cookie; has the form of a token, nothing more is known about it. */
  refreshToken: string | null;
  refreshCookie: TokenCookie;
  /** From the device's cookie; has the form of a token, nothing more is known about it. */
  deviceToken: string | null;
  deviceCookie: DeviceCookie;
  limits: Limits;
  /** By what limits count where the call comes from; null for a service or a process of one's own. */
  network(): string | null;
  /** Asks the database, each time. `countsAsActivity`: puts off the idle timeout. */
  authenticate(options: { countsAsActivity: boolean }): Promise<Authentication>;
}
