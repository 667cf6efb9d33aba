import type { EndReason } from '@latchkey/contract';

/** Why a session ended, as its owner reads it on the login page. */
export const END_REASONS: Record<EndReason, string> = {
  logged_out: 'You have logged out.',
  revoked: 'This session was ended from another device.',
  idle: 'You were logged out because this session was not used for a while.',
  expired: 'This session reached its maximum age. Please log in again.',
  evicted: 'You logged in on more devices than your account allows, so this session, the oldest one, was ended.',
  password_changed: 'Your password was changed on another device. Please log in with the new one.',
  password_reset: 'Your password was reset. Please log in with the new one.',
  banned: 'This account has been suspended.',
  admin: 'This session was ended by an administrator.',
  reuse_detected: 'A login token of this session was used twice, so it was ended for your safety.',
};
