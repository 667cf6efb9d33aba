import type { WebhookDelivery } from '@latchkey/contract';

const REASONS = new Map([
  ['TIMEOUT', 'no answer within the time'],
  ['TARGET_REFUSED', 'refused: not on the public internet'],
  ['SECRET_UNREADABLE', 'its secret cannot be decrypted'],
  ['ECONNREFUSED', 'nobody listens there'],
  ['ECONNRESET', 'the connection was cut'],
  ['ENOTFOUND', 'nobody knows the host'],
  ['UPGRADE_REFUSED', 'it wants to speak another protocol'],
]);

/** How an attempt ended, in a few words. */
export const outcomeOf = ({ status, error }: NonNullable<WebhookDelivery['lastAttempt']>): string => {
  if (status === null) return REASONS.get(error ?? '') ?? `no answer (${error})`;
  return status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`;
};
