import { MailToken } from '@latchkey/contract';

/** What stands behind `#token=` in the link of a mail; null for any other fragment. */
export const tokenIn = (hash: string): string | null => {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token');
  return MailToken.safeParse(token).data ?? null;
};
