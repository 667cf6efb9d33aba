import type { EndReason } from '@latchkey/contract';

/** Why a session ended, as its owner reads it on the login page. */
export const END_REASONS: Record<EndReason, string> = {
  logged_out: 'You have logged out.',
  revoked: 'You were signed out from another device.',
  idle: 'You were signed out because this session was not used for a while.',
  expired: 'This session reached its maximum age. Please log in again.',
  evicted: 'You logged in on more devices than your account allows, so the oldest session, this one, was signed out.',
  password_changed: 'Your password was changed on another device. Please log in with the new one.',
  password_reset: 'Your password was reset. Please log in with the new one.',
  banned: 'This account has been suspended.',
  admin: 'You were signed out by an administrator.',
  reuse_detected: 'A login token of this session was used twice, so you were signed out for your safety.',
};
