/** The kinds of events, in words, as somebody chooses among them. */
export const EVENT_TYPES: { group: string; items: { value: string; label: string }[] }[] = [
  {
    group: 'Logins',
    items: [
      { value: 'user.login', label: 'Login' },
      { value: 'user.login_failed', label: 'Failed login' },
      { value: 'user.logout', label: 'Logout' },
      { value: 'user.locked', label: 'Logins locked' },
      { value: 'user.reauthenticated', label: 'Password confirmed' },
      { value: 'user.reauthentication_failed', label: 'Password not confirmed' },
    ],
  },
  {
    group: 'Sessions',
    items: [
      { value: 'session.created', label: 'Session began' },
      { value: 'session.revoked', label: 'Session ended' },
      { value: 'session.expired', label: 'Session expired' },
      { value: 'sessions.bulk_revoked', label: 'Sessions ended at once' },
    ],
  },
  {
    group: 'Tokens',
    items: [
      { value: 'token.issued', label: 'Tokens issued' },
      { value: 'token.refreshed', label: 'Tokens refreshed' },
      { value: 'token.reuse_detected', label: 'Token used twice' },
      { value: 'app_token.created', label: 'App token created' },
      { value: 'app_token.revoked', label: 'App token revoked' },
    ],
  },
  {
    group: 'Accounts',
    items: [
      { value: 'user.registered', label: 'Registration' },
      { value: 'user.registration_repeated', label: 'Repeated registration' },
      { value: 'user.created', label: 'Invitation' },
      { value: 'user.updated', label: 'Change of an account' },
      { value: 'user.banned', label: 'Ban' },
      { value: 'user.unbanned', label: 'Ban lifted' },
      { value: 'user.deleted', label: 'Deletion' },
      { value: 'user.restored', label: 'Restoration' },
      { value: 'user.purged', label: 'Purge' },
      { value: 'user.exported', label: 'Export' },
    ],
  },
  {
    group: 'Passwords and addresses',
    items: [
      { value: 'user.password_changed', label: 'Password changed' },
      { value: 'user.password_reset_requested', label: 'Password reset asked for' },
      { value: 'user.password_reset', label: 'Password reset' },
      { value: 'user.email_change_requested', label: 'New address asked for' },
      { value: 'user.email_change_cancelled', label: 'New address called off' },
      { value: 'user.email_verified', label: 'Address verified' },
      { value: 'user.code_entered', label: 'Mailed code entered' },
    ],
  },
  {
    group: 'Webhooks',
    items: [
      { value: 'webhook.created', label: 'Webhook created' },
      { value: 'webhook.updated', label: 'Change of a webhook' },
      { value: 'webhook.secret_rotated', label: 'New secret of a webhook' },
      { value: 'webhook.replayed', label: 'Sent again' },
      { value: 'webhook.disabled', label: 'Webhook disabled' },
      { value: 'webhook.deleted', label: 'Webhook deleted' },
    ],
  },
  { group: 'Audit log', items: [{ value: 'audit.trimmed', label: 'Old events removed' }] },
];

const LABELS = new Map(EVENT_TYPES.flatMap(({ items }) => items.map(({ value, label }) => [value, label])));

/** A kind of event in words; one that is not known here by its technical name. */
export const labelOf = (type: string): string => LABELS.get(type) ?? type;
