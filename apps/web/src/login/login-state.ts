import { Email, EndReason } from '@latchkey/contract';

/** What the login page says to somebody who comes from another page. */
export const LOGIN_NOTICES = {
  password_set: 'Your new password is set, and all sessions of the account have ended. Log in with it.',
  address_confirmed: 'Your address is confirmed. You can log in now.',
};

/** What a page hands over to the login page, in the state of the history entry. */
export interface LoginState {
  notice?: keyof typeof LOGIN_NOTICES;
  endReason?: EndReason | null;
  /** Who wants to log in, as far as that is known. */
  email?: string;
}

/** Reads it; the state of a history entry may come from an older version of this page. */
export const readLoginState = (state: unknown): LoginState => {
  const { notice, endReason, email }: Record<string, unknown> = { ...(state as object | null) };
  const reason = EndReason.safeParse(endReason);
  return {
    ...(isNotice(notice) && { notice }),
    ...(reason.success && { endReason: reason.data }),
    email: Email.safeParse(email).data ?? '',
  };
};

const isNotice = (value: unknown): value is keyof typeof LOGIN_NOTICES =>
  typeof value === 'string' && Object.hasOwn(LOGIN_NOTICES, value);
