import type { Webhook } from '@latchkey/contract';

/** What people call it: its description, or the host that it leads to. */
export const nameOf = ({ description, url }: Pick<Webhook, 'description' | 'url'>): string =>
  description === '' ? new URL(url).host : description;
