/** What a verification allows whoever holds its token or code. */
export const PURPOSES = ['reset_password', 'verify_email', 'change_email', 'invitation'] as const;
/** Those that allow to choose a password. */
export const PASSWORD_PURPOSES = ['reset_password', 'invitation'] as const satisfies readonly Purpose[];
export type Purpose = (typeof PURPOSES)[number];

/** For how long, from the moment of sending: somebody who waits for a mail server loses nothing of it. */
export const VALID_MINUTES: Record<Purpose, number> = {
  reset_password: 60,
  verify_email: 24 * 60,
  change_email: 60,
  invitation: 7 * 24 * 60,
};

/** OWASP ASVS 6.6.3: a short code needs a limit that holds whoever asks and from wherever. */
export const MAX_ATTEMPTS = 5;
